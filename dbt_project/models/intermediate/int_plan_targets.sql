-- The targets of the plan in force in each period, with levels and threshold.
with periods as (
  select * from {{ ref('int_periods') }}
),

planned as (
  select
    periods.period_code,
    periods.year,
    periods.plan_code,
    plan_targets.target_code,
    plan_targets.group_code,
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

-- The row with the latest first period that has begun applies.
levels as (
  select
    planned.period_code,
    planned.target_code,
    target_levels.counted_levels,
    target_levels.rollup_level,
    target_levels.shown_levels,
    row_number() over (
      partition by planned.period_code, planned.target_code order by target_levels.first_period_code desc
    ) as latest_first
  from planned
  inner join {{ ref('target_levels') }} as target_levels
    on planned.plan_code = target_levels.plan_code
    and planned.target_code = target_levels.target_code
    and planned.period_code >= target_levels.first_period_code
),

-- A threshold of the year itself takes precedence over the threshold of every year.
thresholds as (
  select
    planned.period_code,
    planned.target_code,
    target_thresholds.threshold_pct,
    row_number() over (
      partition by planned.period_code, planned.target_code
      order by case when target_thresholds.year is null then 1 else 0 end
    ) as own_year_first
  from planned
  inner join {{ ref('target_thresholds') }} as target_thresholds
    on planned.plan_code = target_thresholds.plan_code
    and planned.target_code = target_thresholds.target_code
    and (planned.year = target_thresholds.year or target_thresholds.year is null)
)

select
  planned.period_code,
  planned.year,
  planned.plan_code,
  planned.target_code,
  planned.group_code,
  planned.basis,
  planned.kind,
  planned.direction,
  planned.counting_rule,
  planned.rural_only,
  planned.has_interval,
  levels.counted_levels,
  levels.rollup_level,
  levels.shown_levels,
  case
    when planned.kind = 'amount' then cast(100 as {{ type_pct() }})
    else thresholds.threshold_pct
  end as threshold_pct
from planned
inner join levels
  on planned.period_code = levels.period_code and planned.target_code = levels.target_code and levels.latest_first = 1
left join thresholds
  on planned.period_code = thresholds.period_code
  and planned.target_code = thresholds.target_code
  and thresholds.own_year_first = 1
