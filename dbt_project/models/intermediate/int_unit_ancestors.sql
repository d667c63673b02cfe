-- Each unit stands under itself, its district and the city, quarter by quarter.
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
)

select * from itself
union all
select * from its_district
union all
select * from its_city
