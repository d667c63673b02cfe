with targets as (
  select * from {{ ref('targets') }}
),

expected as (
  select * from {{ ref('int_expected_units') }}
),

answered as (
  select * from {{ ref('int_target_terms') }}
),

needed as (
  select
    target_code,
    count(*) as needed_term_count,
    max(case when term = 'numerator' then window_rule end) as numerator_rule
  from {{ ref('target_terms') }}
  group by target_code
),

-- A rolled-up target is counted in the districts that its reporting units belong to.
counted_units as (
  select
    targets.target_code,
    targets.counting_rule,
    needed.needed_term_count,
    needed.numerator_rule,
    expected.unit_code,
    expected.unit_valid_from,
    expected.period_code,
    expected.year,
    expected.quarter
  from targets
  inner join needed on targets.target_code = needed.target_code
  inner join expected
    on (
      (targets.rollup_level is null and {{ has_level('targets.counted_levels', 'expected.unit_level') }})
      or targets.rollup_level = expected.unit_level
    )
    and (expected.is_rural or not targets.rural_only)
)

-- Coverage over units needs any answer; a ratio needs every one of its terms.
select
  counted_units.target_code,
  counted_units.counting_rule,
  counted_units.numerator_rule,
  counted_units.unit_code,
  counted_units.unit_valid_from,
  counted_units.period_code,
  counted_units.year,
  counted_units.quarter,
  answered.numerator_value,
  answered.denominator_sum_value,
  answered.denominator_start_value,
  answered.denominator_end_value,
  case
    when answered.answered_term_count is null then false
    when counted_units.counting_rule = 'amounts'
      then answered.answered_term_count = counted_units.needed_term_count
    else answered.numerator_value is not null
  end as is_reported
from counted_units
left join answered
  on counted_units.target_code = answered.target_code
  and counted_units.unit_code = answered.unit_code
  and counted_units.unit_valid_from = answered.unit_valid_from
  and counted_units.period_code = answered.period_code
