-- Each unit stands under itself, its district and the city, quarter by quarter; one that ended within the year stands
-- under those that are still there until the year is over.
with expected as (
  select * from {{ ref('int_expected_units') }}
),

itself as (
  select
    unit_code,
    unit_valid_from,
    period_code,
    unit_code as row_unit_code,
    unit_valid_from as row_unit_valid_from,
    unit_level as row_unit_level
  from expected
),

its_district as (
  select
    wards.unit_code,
    wards.unit_valid_from,
    wards.period_code,
    districts.unit_code as row_unit_code,
    districts.unit_valid_from as row_unit_valid_from,
    districts.unit_level as row_unit_level
  from expected as wards
  inner join expected as districts
    on wards.parent_code = districts.unit_code and wards.period_code = districts.period_code
  where districts.unit_level = 'district'
),

its_city as (
  select
    parts.unit_code,
    parts.unit_valid_from,
    parts.period_code,
    cities.unit_code as row_unit_code,
    cities.unit_valid_from as row_unit_valid_from,
    cities.unit_level as row_unit_level
  from expected as parts
  inner join expected as cities
    on parts.period_code = cities.period_code
  where cities.unit_level = 'city' and parts.unit_level <> 'city'
),

above as (
  select * from its_district
  union all
  select * from its_city
),

later as (
  select distinct
    above.unit_code,
    above.unit_valid_from,
    row_units.period_code,
    above.row_unit_code,
    above.row_unit_valid_from,
    above.row_unit_level
  from above
  inner join {{ ref('int_periods') }} as periods on above.period_code = periods.period_code
  inner join expected as row_units
    on above.row_unit_code = row_units.unit_code
    and above.row_unit_valid_from = row_units.unit_valid_from
    and periods.year = row_units.year
    and periods.quarter < row_units.quarter
  left join expected as still_there
    on above.unit_code = still_there.unit_code
    and above.unit_valid_from = still_there.unit_valid_from
    and row_units.period_code = still_there.period_code
  where still_there.unit_code is null
)

select * from itself
union all
select * from above
union all
select * from later
