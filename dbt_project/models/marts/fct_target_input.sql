-- A view: which numbers of which quarters were added up, for any row, without a second copy of them.
{{ config(materialized='view') }}

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
    ) as first_period_code
  from {{ ref('int_used_quarters') }} as used
),

inputs as (
  select * from {{ ref('int_target_inputs') }}
),

bases as (
  select
    int_target_bases.target_code,
    int_target_bases.unit_code,
    int_target_bases.unit_valid_from,
    int_target_bases.base_period_code,
    periods.period_code
  from {{ ref('int_target_bases') }} as int_target_bases
  inner join {{ ref('int_periods') }} as periods on int_target_bases.year = periods.year
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
  or (inputs.window_rule = 'end' and used_quarters.source_period_code = used_quarters.period_code)
  or (inputs.window_rule = 'start' and used_quarters.source_period_code = used_quarters.first_period_code)

union all

select
  used_quarters.target_code,
  used_quarters.unit_code,
  used_quarters.unit_valid_from,
  used_quarters.period_code,
  used_quarters.period_window,
  bases.base_period_code as source_period_code,
  inputs.term,
  inputs.measure_code,
  inputs.window_rule,
  inputs.input_value
from used_quarters
inner join bases
  on used_quarters.target_code = bases.target_code
  and used_quarters.unit_code = bases.unit_code
  and used_quarters.unit_valid_from = bases.unit_valid_from
  and used_quarters.period_code = bases.period_code
inner join inputs
  on used_quarters.target_code = inputs.target_code
  and used_quarters.unit_code = inputs.unit_code
  and used_quarters.unit_valid_from = inputs.unit_valid_from
  and bases.base_period_code = inputs.period_code
where used_quarters.source_period_code = used_quarters.period_code and inputs.window_rule = 'base'
