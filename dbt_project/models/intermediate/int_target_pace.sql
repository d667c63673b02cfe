-- Points needed in each quarter left, points gained per quarter so far, and the range in which past years would end.
with statuses as (
  select * from {{ ref('int_target_statuses') }}
  where period_window = 'ytd' and kind in ('coverage', 'amount') and is_judged
),

changes as (
  select * from {{ ref('int_target_changes') }}
),

projections as (
  select * from {{ ref('int_target_projections') }}
  where past_year_count >= 2
),

-- A year's last quarter is left out: no quarter follows in which to gain.
joined as (
  select
    statuses.target_code,
    statuses.unit_code,
    statuses.unit_valid_from,
    statuses.period_code,
    statuses.period_window,
    statuses.kind,
    statuses.direction,
    statuses.value_pct,
    cast(statuses.threshold_pct as {{ type_number() }}) as threshold_pct,
    changes.elapsed_period_count,
    periods.last_quarter - periods.quarter as quarters_left,
    projections.smallest_step_pct,
    projections.largest_step_pct
  from statuses
  inner join {{ ref('int_periods') }} as periods on statuses.period_code = periods.period_code
  inner join changes
    on statuses.target_code = changes.target_code
    and statuses.unit_code = changes.unit_code
    and statuses.unit_valid_from = changes.unit_valid_from
    and statuses.period_code = changes.period_code
    and statuses.period_window = changes.period_window
  left join projections
    on statuses.target_code = projections.target_code
    and statuses.unit_code = projections.unit_code
    and statuses.unit_valid_from = projections.unit_valid_from
    and statuses.period_code = projections.period_code
  where periods.quarter < periods.last_quarter
)

select
  target_code,
  unit_code,
  unit_valid_from,
  period_code,
  period_window,
  -- Of what is to stay below its threshold, nothing is needed.
  case
    when direction = 'down' then null
    when value_pct is not null and threshold_pct is not null then greatest(0, threshold_pct - value_pct) / quarters_left
  end as required_per_quarter_pct,
  value_pct / elapsed_period_count as pace_pct,
  case
    when smallest_step_pct is null then null
    when kind = 'amount' then value_pct + smallest_step_pct
    else least(100.0, value_pct + smallest_step_pct)
  end as projected_low_pct,
  case
    when largest_step_pct is null then null
    when kind = 'amount' then value_pct + largest_step_pct
    else least(100.0, value_pct + largest_step_pct)
  end as projected_high_pct
from joined
