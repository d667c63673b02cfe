-- The base of a target counted against last year: its fourth quarter; in the first year, the first quarter reported.
with answered as (
  select
    terms.target_code,
    terms.unit_code,
    terms.unit_valid_from,
    terms.denominator_base_value,
    terms.period_code as base_period_code,
    periods.year,
    periods.quarter,
    row_number() over (
      partition by terms.target_code, terms.unit_code, terms.unit_valid_from, periods.year order by periods.quarter
    ) as first_in_year
  from {{ ref('int_target_terms') }} as terms
  inner join {{ ref('int_periods') }} as periods on terms.period_code = periods.period_code
  where terms.denominator_base_value is not null
),

first_year as (
  select min(year) as year from {{ ref('int_periods') }}
)

select
  answered.target_code,
  answered.unit_code,
  answered.unit_valid_from,
  answered.year + 1 as year,
  answered.base_period_code,
  answered.denominator_base_value as base_value
from answered
where answered.quarter = 4

union all

select
  answered.target_code,
  answered.unit_code,
  answered.unit_valid_from,
  answered.year,
  answered.base_period_code,
  answered.denominator_base_value as base_value
from answered
inner join first_year on answered.year = first_year.year
where answered.first_in_year = 1
