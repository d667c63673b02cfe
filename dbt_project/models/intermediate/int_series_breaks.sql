-- Between which quarters a target's figures cannot be compared. A break of boundary, definition or plan lies between
-- two quarters when it begins after the earlier and not after the later one; a disruption spoils its own quarter.
with periods as (
  select * from {{ ref('int_periods') }}
),

targets as (
  select target_code from {{ ref('targets') }}
),

-- A new plan is a break of its own, whatever the seed says.
plan_changes as (
  select
    cast(null as {{ var('type_string') }}) as target_code,
    'plan' as kind,
    first_period_code as period_code
  from {{ ref('plans') }}
),

all_breaks as (
  select
    target_code,
    kind,
    period_code
  from {{ ref('series_breaks') }}
  union all
  select * from plan_changes
),

pairs as (
  select
    later.period_code,
    'prev_quarter' as comparison,
    earlier.period_code as earlier_period_code,
    later.start_date,
    earlier.start_date as earlier_start_date
  from periods as later
  inner join periods as earlier on later.previous_period_code = earlier.period_code
  union all
  select
    later.period_code,
    'prev_year' as comparison,
    earlier.period_code as earlier_period_code,
    later.start_date,
    earlier.start_date as earlier_start_date
  from periods as later
  inner join periods as earlier on later.previous_year_period_code = earlier.period_code
),

breaks as (
  select
    targets.target_code,
    all_breaks.kind,
    periods.period_code,
    periods.start_date
  from all_breaks
  inner join periods on all_breaks.period_code = periods.period_code
  inner join targets on coalesce(all_breaks.target_code, targets.target_code) = targets.target_code
)

-- A boundary only matters to rows whose counted units it changed, which is seen row by row.
select
  breaks.target_code,
  pairs.period_code,
  pairs.comparison,
  min(case when breaks.kind = 'boundary' then 1 else 0 end) = 1 as is_boundary_only
from pairs
inner join breaks
  on (
    breaks.kind <> 'disruption'
    and pairs.earlier_start_date < breaks.start_date
    and pairs.start_date >= breaks.start_date
  )
  or (
    breaks.kind = 'disruption'
    and (pairs.period_code = breaks.period_code or pairs.earlier_period_code = breaks.period_code)
  )
group by breaks.target_code, pairs.period_code, pairs.comparison
