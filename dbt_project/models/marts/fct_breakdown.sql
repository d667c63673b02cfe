-- The parts of what a target counts, over the same units and quarters that take part in the target itself.
with categories as (
  select * from {{ ref('dim_target_breakdown') }}
),

targets as (
  select * from {{ ref('int_plan_targets') }}
),

expected as (
  select * from {{ ref('int_expected_units') }}
),

-- Units of the lowest level have no breakdown: nearly all of their counts are small.
upper_levels as (
  select levels.unit_level
  from {{ ref('unit_levels') }} as levels
  where levels.rank < (select max(every_level.rank) from {{ ref('unit_levels') }} as every_level)
),

ancestors as (
  select ancestors.*
  from {{ ref('int_unit_ancestors') }} as ancestors
  inner join upper_levels on ancestors.row_unit_level = upper_levels.unit_level
),

sums as (
  select
    reporter_sums.target_code,
    reporter_sums.breakdown_code,
    reporter_sums.category_code,
    ancestors.row_unit_code,
    ancestors.row_unit_valid_from,
    reporter_sums.period_code,
    reporter_sums.period_window,
    sum(reporter_sums.value_count) as value_count,
    sum(reporter_sums.base_count) as base_count
  from {{ ref('int_breakdown_sums') }} as reporter_sums
  inner join ancestors
    on reporter_sums.reporter_code = ancestors.unit_code
    and reporter_sums.reporter_valid_from = ancestors.unit_valid_from
    and reporter_sums.period_code = ancestors.period_code
  group by
    reporter_sums.target_code, reporter_sums.breakdown_code, reporter_sums.category_code,
    ancestors.row_unit_code, ancestors.row_unit_valid_from, reporter_sums.period_code, reporter_sums.period_window
),

windows as (
  select 'quarter' as period_window
  union all
  select 'ytd' as period_window
),

rows_that_must_exist as (
  select
    categories.target_code,
    categories.breakdown_code,
    categories.category_code,
    expected.unit_code,
    expected.unit_valid_from,
    expected.unit_level,
    expected.parent_code,
    categories.is_sensitive,
    expected.period_code,
    windows.period_window,
    sums.value_count,
    sums.base_count,
    sum(sums.value_count) over (
      partition by
        categories.target_code, categories.breakdown_code, expected.unit_code, expected.unit_valid_from,
        expected.period_code, windows.period_window
    ) as total_count
  from categories
  inner join targets on categories.target_code = targets.target_code
  inner join expected
    on targets.period_code = expected.period_code and expected.has_begun
  inner join upper_levels on expected.unit_level = upper_levels.unit_level
  cross join windows
  left join sums
    on categories.target_code = sums.target_code
    and categories.breakdown_code = sums.breakdown_code
    and categories.category_code = sums.category_code
    and expected.unit_code = sums.row_unit_code
    and expected.unit_valid_from = sums.row_unit_valid_from
    and expected.period_code = sums.period_code
    and windows.period_window = sums.period_window
)

select
  target_code,
  breakdown_code,
  category_code,
  unit_code,
  unit_valid_from,
  unit_level,
  parent_code,
  period_code,
  period_window,
  value_count,
  total_count,
  100.0 * value_count / nullif(total_count, 0) as share_pct,
  base_count,
  100.0 * value_count / nullif(base_count, 0) as rate_pct,
  is_sensitive
from rows_that_must_exist
order by period_code, target_code, breakdown_code, unit_code
