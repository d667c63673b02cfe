-- What a period's plan asks: its targets with the levels and the threshold in force.
with periods as (
  select * from {{ ref('int_periods') }}
),

asked as (
  select
    periods.period_code,
    periods.year,
    periods.plan_code,
    plan_targets.target_code,
    plan_targets.group_code,
    plan_targets.display_order,
    plan_targets.basis,
    targets.kind,
    targets.direction,
    targets.counting_rule,
    targets.rural_only,
    targets.has_interval
  from periods
  inner join {{ ref('plan_targets') }} as plan_targets on periods.plan_code = plan_targets.plan_code
  inner join {{ ref('targets') }} as targets on plan_targets.target_code = targets.target_code
),

-- The latest row that has begun holds.
levels as (
  select
    asked.period_code,
    asked.target_code,
    target_levels.counted_levels,
    target_levels.rollup_level,
    target_levels.shown_levels,
    row_number() over (
      partition by asked.period_code, asked.target_code order by target_levels.first_period_code desc
    ) as latest_first
  from asked
  inner join {{ ref('target_levels') }} as target_levels
    on asked.plan_code = target_levels.plan_code
    and asked.target_code = target_levels.target_code
    and asked.period_code >= target_levels.first_period_code
),

-- A year's own threshold goes before the one of every year.
thresholds as (
  select
    asked.period_code,
    asked.target_code,
    target_thresholds.threshold_pct,
    row_number() over (
      partition by asked.period_code, asked.target_code
      order by case when target_thresholds.year is null then 1 else 0 end
    ) as own_year_first
  from asked
  inner join {{ ref('target_thresholds') }} as target_thresholds
    on asked.plan_code = target_thresholds.plan_code
    and asked.target_code = target_thresholds.target_code
    and (asked.year = target_thresholds.year or target_thresholds.year is null)
)

select
  asked.period_code,
  asked.year,
  asked.plan_code,
  asked.target_code,
  asked.group_code,
  asked.display_order,
  asked.basis,
  asked.kind,
  asked.direction,
  asked.counting_rule,
  asked.rural_only,
  asked.has_interval,
  levels.counted_levels,
  levels.rollup_level,
  levels.shown_levels,
  case
    when asked.kind = 'amount' then cast(100 as {{ type_pct() }})
    else thresholds.threshold_pct
  end as threshold_pct
from asked
inner join levels
  on asked.period_code = levels.period_code and asked.target_code = levels.target_code and levels.latest_first = 1
left join thresholds
  on asked.period_code = thresholds.period_code
  and asked.target_code = thresholds.target_code
  and thresholds.own_year_first = 1
