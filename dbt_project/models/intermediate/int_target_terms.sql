-- The terms of each target that each counted unit reported, per quarter.
with inputs as (
  select * from {{ ref('int_target_inputs') }}
)

select
  target_code,
  unit_code,
  unit_valid_from,
  period_code,
  sum(case when term = 'numerator' then input_value end) as numerator_value,
  sum(case when term = 'denominator' and window_rule = 'sum' then input_value end) as denominator_sum_value,
  sum(case when term = 'denominator' and window_rule = 'start' then input_value end) as denominator_start_value,
  sum(case when term = 'denominator' and window_rule = 'end' then input_value end) as denominator_end_value,
  count(distinct term || ' ' || measure_code) as answered_term_count,
  count(distinct reporting_unit_code) as answering_unit_count
from inputs
group by target_code, unit_code, unit_valid_from, period_code
