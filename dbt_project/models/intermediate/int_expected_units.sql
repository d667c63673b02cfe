-- Who is expected to report in a quarter: the units valid on its last day.
with units as (
  select * from {{ ref('units') }}
),

periods as (
  select * from {{ ref('int_periods') }}
),

valid_units as (
  select
    units.unit_code,
    units.valid_from as unit_valid_from,
    units.unit_level,
    units.parent_code,
    units.is_rural,
    periods.period_code,
    periods.year,
    periods.quarter,
    periods.due_date,
    periods.has_begun,
    periods.is_due,
    min(periods.quarter) over (
      partition by units.unit_code, units.valid_from, periods.year
    ) as first_quarter
  from units
  inner join periods
    on units.valid_from <= periods.end_date
    and (units.valid_to is null or units.valid_to > periods.end_date)
),

with_reporter as (
  select
    valid_units.unit_code,
    valid_units.unit_valid_from,
    valid_units.unit_level,
    valid_units.parent_code,
    valid_units.is_rural,
    valid_units.period_code,
    valid_units.year,
    valid_units.quarter,
    valid_units.due_date,
    valid_units.has_begun,
    valid_units.is_due,
    valid_units.first_quarter,
    parents.unit_valid_from as parent_valid_from,
    coalesce(parents.unit_level, 'none') as parent_level
  from valid_units
  left join valid_units as parents
    on valid_units.parent_code = parents.unit_code and valid_units.period_code = parents.period_code
)

-- A ward reports through its district; a unit directly under the city, and the city itself, report for themselves.
select
  unit_code,
  unit_valid_from,
  unit_level,
  parent_code,
  parent_valid_from,
  is_rural,
  period_code,
  year,
  quarter,
  due_date,
  has_begun,
  is_due,
  first_quarter,
  case when parent_level = 'district' then parent_code else unit_code end as reporter_code,
  case when parent_level = 'district' then parent_valid_from else unit_valid_from end as reporter_valid_from
from with_reporter
