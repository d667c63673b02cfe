-- The share of the threshold expected by each quarter: the most specific row of the seed wins.
with paths as (
  select
    *,
    lag(path_share_pct) over (partition by plan_code, target_code, year order by quarter) as share_before_pct
  from {{ ref('target_paths') }}
),

targets as (
  select * from {{ ref('int_plan_targets') }}
  where kind in ('coverage', 'amount') and threshold_pct is not null
),

candidates as (
  select
    targets.target_code,
    targets.threshold_pct,
    periods.period_code,
    periods.year,
    periods.quarter,
    {{ even_share('paths.path_share_pct', 'periods.last_quarter') }} as path_share_pct,
    {{ even_share('paths.share_before_pct', 'periods.last_quarter') }} as share_before_pct,
    row_number() over (
      partition by targets.target_code, periods.period_code
      order by case when paths.target_code = 'default' then 1 else 0 end, case when paths.year is null then 1 else 0 end
    ) as specificity
  from targets
  inner join {{ ref('int_periods') }} as periods on targets.period_code = periods.period_code
  inner join paths
    on periods.quarter = paths.quarter
    and targets.plan_code = paths.plan_code
    and (targets.target_code = paths.target_code or paths.target_code = 'default')
    and (periods.year = paths.year or paths.year is null)
),

shares as (
  select
    target_code,
    threshold_pct,
    period_code,
    year,
    quarter,
    path_share_pct,
    -- Before the first quarter of a plan that begins within a year lies the path's own step.
    coalesce(
      lag(path_share_pct) over (partition by target_code, year order by quarter), share_before_pct, 0
    ) as share_before_pct
  from candidates
  where specificity = 1
),

-- A unit that begins within a year follows the whole year's path over the quarters in which it exists.
scaled as (
  select
    shares.target_code,
    shares.threshold_pct,
    shares.period_code,
    shares.year,
    shares.quarter,
    beginnings.quarter as first_quarter,
    shares.path_share_pct - beginnings.share_before_pct as ytd_share_pct,
    shares.path_share_pct - shares.share_before_pct as quarter_share_pct,
    nullif(100 - beginnings.share_before_pct, 0) as whole_share_pct
  from shares
  inner join shares as beginnings
    on shares.target_code = beginnings.target_code
    and shares.year = beginnings.year
    and shares.quarter >= beginnings.quarter
),

years as (
  select
    target_code,
    year,
    first_quarter,
    {{ ordered_list(
      'cast(cast(ytd_share_pct / whole_share_pct as ' ~ type_pct() ~ ') as ' ~ dbt.type_string() ~ ')', "' '", 'quarter'
    ) }} as year_path_key
  from scaled
  group by target_code, year, first_quarter
)

select
  scaled.target_code,
  scaled.period_code,
  scaled.first_quarter,
  'ytd' as period_window,
  {{ cut_points('scaled.threshold_pct * scaled.ytd_share_pct / scaled.whole_share_pct') }} as path_pct,
  years.year_path_key
from scaled
inner join years
  on scaled.target_code = years.target_code
  and scaled.year = years.year
  and scaled.first_quarter = years.first_quarter

union all

-- The quarter window follows the step of its quarter, not the year's sum so far.
select
  scaled.target_code,
  scaled.period_code,
  scaled.first_quarter,
  'quarter' as period_window,
  {{ cut_points('scaled.threshold_pct * scaled.quarter_share_pct / scaled.whole_share_pct') }} as path_pct,
  years.year_path_key
from scaled
inner join years
  on scaled.target_code = years.target_code
  and scaled.year = years.year
  and scaled.first_quarter = years.first_quarter
