-- A view: which numbers of which quarters were added up, for any row, without a second copy of them.
{{ config(materialized=derived(), tags=['derived']) }}

with used_quarters as (
  select
    used.target_code,
    used.unit_code,
    used.unit_valid_from,
    used.period_code,
    used.period_window,
    used.source_period_code,
    min(used.source_period_code) over (
      partition by used.target_code, used.unit_code, used.unit_valid_from, used.period_code, used.period_window
    ) as first_period_code,
    max(used.source_period_code) over (
      partition by used.target_code, used.unit_code, used.unit_valid_from, used.period_code, used.period_window
    ) as last_period_code
  from {{ ref('int_used_quarters') }} as used
),

base_targets as (
  select distinct target_code from {{ ref('target_terms') }}
  where window_rule = 'base'
),

-- Wards are summed where a target is counted in districts.
inputs as (
  select
    all_inputs.target_code,
    all_inputs.unit_code,
    all_inputs.unit_valid_from,
    all_inputs.period_code,
    all_inputs.term,
    all_inputs.measure_code,
    all_inputs.window_rule,
    sum(all_inputs.input_value) as input_value
  from {{ ref('int_target_inputs') }} as all_inputs
  left join base_targets on all_inputs.target_code = base_targets.target_code
  where base_targets.target_code is null
  group by
    all_inputs.target_code, all_inputs.unit_code, all_inputs.unit_valid_from, all_inputs.period_code,
    all_inputs.term, all_inputs.measure_code, all_inputs.window_rule
)

select
  used_quarters.target_code,
  used_quarters.unit_code,
  used_quarters.unit_valid_from,
  used_quarters.period_code,
  used_quarters.period_window,
  used_quarters.source_period_code,
  inputs.term,
  inputs.measure_code,
  inputs.window_rule,
  inputs.input_value
from used_quarters
inner join inputs
  on used_quarters.target_code = inputs.target_code
  and used_quarters.unit_code = inputs.unit_code
  and used_quarters.unit_valid_from = inputs.unit_valid_from
  and used_quarters.source_period_code = inputs.period_code
where
  inputs.window_rule = 'sum'
  or (inputs.window_rule = 'end' and used_quarters.source_period_code = used_quarters.last_period_code)
  or (inputs.window_rule = 'start' and used_quarters.source_period_code = used_quarters.first_period_code)

union all

select
  windows.target_code,
  windows.unit_code,
  windows.unit_valid_from,
  windows.period_code,
  windows.period_window,
  base_terms.source_period_code,
  base_terms.term,
  base_terms.measure_code,
  terms.window_rule,
  sum(base_terms.input_value) as input_value
from {{ ref('int_target_unit_windows') }} as windows
inner join {{ ref('int_base_terms') }} as base_terms
  on windows.target_code = base_terms.target_code
  and windows.unit_code = base_terms.counted_code
  and windows.unit_valid_from = base_terms.counted_valid_from
  and windows.period_code = base_terms.period_code
  and windows.period_window = base_terms.period_window
inner join {{ ref('target_terms') }} as terms
  on base_terms.target_code = terms.target_code
  and base_terms.term = terms.term
  and base_terms.measure_code = terms.measure_code
where windows.takes_part and base_terms.is_known
group by
  windows.target_code, windows.unit_code, windows.unit_valid_from, windows.period_code, windows.period_window,
  base_terms.source_period_code, base_terms.term, base_terms.measure_code, terms.window_rule
