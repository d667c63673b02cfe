{{ config(meta={'reads': {
  'fct_target_progress': {'period_code': 'same'},
  'int_expected_units': {'period_code': 'same'},
  'int_plan_targets': {'period_code': 'same'}
}}) }}

-- A missing figure is a status, not a missing row: rows = targets x units shown x both windows.
with expected as (
  select
    targets.target_code,
    units.period_code,
    count(*) * 2 as row_count
  from {{ ref('int_plan_targets') }} as targets
  inner join {{ ref('int_expected_units') }} as units
    on targets.period_code = units.period_code and {{ has_level('targets.shown_levels', 'units.unit_level') }}
  group by targets.target_code, units.period_code
),

actual as (
  select
    target_code,
    period_code,
    count(*) as row_count
  from {{ ref('fct_target_progress') }}
  group by target_code, period_code
)

select
  expected.target_code,
  expected.period_code
from expected
left join actual
  on expected.target_code = actual.target_code and expected.period_code = actual.period_code
where actual.row_count is null or actual.row_count <> expected.row_count
