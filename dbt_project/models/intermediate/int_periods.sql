-- Periods of any length in order, with the previous period, the same period of last year (none where that year had
-- another calendar) and the plan in force.
with periods as (
  select
    *,
    lag(period_code) over (order by start_date) as previous_period_code,
    row_number() over (order by start_date) as period_number
  from {{ ref('periods') }}
),

context as (
  select as_of_date from {{ ref('stg_build_context') }}
)

select
  periods.period_code,
  periods.period_number,
  max(periods.covers_to) over (partition by periods.year) < context.as_of_date as has_year_ended,
  plans.plan_code,
  periods.year,
  periods.quarter,
  count(*) over (partition by periods.year) as quarter_count,
  -- Of a plan that begins within a year, the number of a year's last period is not the number of its periods.
  max(periods.quarter) over (partition by periods.year) as last_quarter,
  periods.start_date,
  periods.end_date,
  periods.covers_from,
  periods.covers_to,
  periods.due_date,
  periods.reminder_date,
  context.as_of_date >= periods.covers_from as has_begun,
  context.as_of_date > periods.covers_to as has_closed,
  context.as_of_date > periods.due_date as is_due,
  periods.previous_period_code,
  year_before.period_code as previous_year_period_code
from periods
cross join context
inner join {{ ref('plans') }} as plans
  on periods.period_code between plans.first_period_code and plans.last_period_code
left join periods as year_before
  on year_before.year = periods.year - 1
  and periods.quarter = year_before.quarter
  and substr(periods.period_code, 5, 1) = substr(year_before.period_code, 5, 1)
