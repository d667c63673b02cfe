-- The reported numbers that enter a target's terms, with the reporting unit and the unit they are counted in.
with measure_values as (
  select * from {{ ref('int_form_values') }}
  where is_counting
),

expected as (
  select * from {{ ref('int_expected_units') }}
),

terms as (
  select
    targets.period_code,
    target_terms.target_code,
    target_terms.term,
    target_terms.measure_code,
    target_terms.window_rule,
    targets.counted_levels,
    targets.rural_only,
    targets.rollup_level
  from {{ ref('target_terms') }} as target_terms
  inner join {{ ref('int_plan_targets') }} as targets on target_terms.target_code = targets.target_code
),

-- Breakdown categories are summed first, because a target covers all of them. The kind of unit decides whether a target
-- applies: the answer "not applicable" from a unit to which it applies does not count as yes.
unit_values as (
  select
    unit_code,
    unit_valid_from,
    period_code,
    measure_code,
    sum(case when answer_code = 'not_applicable' then 0 else measure_value end) as measure_value
  from measure_values
  group by unit_code, unit_valid_from, period_code, measure_code
),

counted_values as (
  select
    terms.target_code,
    terms.term,
    terms.window_rule,
    terms.measure_code,
    {{ counted_unit('terms', 'expected', 'code') }} as unit_code,
    {{ counted_unit('terms', 'expected', 'valid_from') }} as unit_valid_from,
    expected.unit_code as reporting_unit_code,
    expected.unit_valid_from as reporting_unit_valid_from,
    expected.period_code,
    unit_values.measure_value
  from unit_values
  inner join expected
    on unit_values.unit_code = expected.unit_code
    and unit_values.unit_valid_from = expected.unit_valid_from
    and unit_values.period_code = expected.period_code
  inner join terms
    on unit_values.measure_code = terms.measure_code
    and unit_values.period_code = terms.period_code
    and {{ counts_for('terms', 'expected') }}
)

select
  target_code,
  unit_code,
  unit_valid_from,
  reporting_unit_code,
  reporting_unit_valid_from,
  period_code,
  term,
  measure_code,
  window_rule,
  measure_value as input_value
from counted_values
order by period_code
