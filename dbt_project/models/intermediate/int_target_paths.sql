-- The share of the threshold expected by each quarter: the most specific row of the seed wins.
with paths as (
  select * from {{ ref('target_paths') }}
),

targets as (
  select * from {{ ref('targets') }}
  where kind = 'coverage' and threshold_pct is not null
),

candidates as (
  select
    targets.target_code,
    targets.threshold_pct,
    periods.period_code,
    periods.year,
    periods.quarter,
    paths.path_share_pct,
    row_number() over (
      partition by targets.target_code, periods.period_code
      order by case when paths.target_code = 'default' then 1 else 0 end, case when paths.year is null then 1 else 0 end
    ) as specificity
  from targets
  cross join {{ ref('int_periods') }} as periods
  inner join paths
    on periods.quarter = paths.quarter
    and (targets.target_code = paths.target_code or paths.target_code = 'default')
    and (periods.year = paths.year or paths.year is null)
),

shares as (
  select
    target_code,
    threshold_pct,
    period_code,
    path_share_pct,
    path_share_pct - coalesce(
      lag(path_share_pct) over (partition by target_code, year order by quarter), 0
    ) as quarter_share_pct
  from candidates
  where specificity = 1
)

select
  target_code,
  period_code,
  'ytd' as period_window,
  cast(threshold_pct * path_share_pct / 100 as {{ type_pct() }}) as path_pct
from shares

union all

-- A quarter alone owes the step of its quarter, not the year's sum so far.
select
  target_code,
  period_code,
  'quarter' as period_window,
  cast(threshold_pct * quarter_share_pct / 100 as {{ type_pct() }}) as path_pct
from shares
