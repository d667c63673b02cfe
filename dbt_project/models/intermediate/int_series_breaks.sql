-- The breaks between two figures of a target that a page may compare.
with periods as (
  select * from {{ ref('int_periods') }}
),

targets as (
  select distinct target_code from {{ ref('int_plan_targets') }}
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
    series_breaks.kind,
    periods.period_code,
    periods.start_date
  from {{ ref('series_breaks') }} as series_breaks
  inner join periods on series_breaks.period_code = periods.period_code
  inner join targets on coalesce(series_breaks.target_code, targets.target_code) = targets.target_code
)

-- A boundary change only affects rows whose counted units it changed; that is decided per row.
select
  breaks.target_code,
  pairs.period_code,
  pairs.comparison,
  max(case when breaks.kind = 'disruption' then 1 else 0 end) = 1 as has_disruption,
  max(case when breaks.kind = 'method' then 1 else 0 end) = 1 as has_method,
  max(case when breaks.kind = 'boundary' then 1 else 0 end) = 1 as has_boundary
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
