with reports as (
  select
    period_code,
    count(*) as reporter_count,
    sum(case when report_state = 'accepted' then 1 else 0 end) as reported_count
  from {{ ref('int_reporter_periods') }}
  group by period_code
)

select
  periods.period_code,
  periods.year,
  periods.quarter,
  periods.start_date,
  periods.end_date,
  periods.due_date,
  periods.is_due,
  periods.previous_period_code,
  periods.previous_year_period_code,
  cast(coalesce(reports.reporter_count, 0) as integer) as reporter_count,
  cast(coalesce(reports.reported_count, 0) as integer) as reported_count
from {{ ref('int_periods') }} as periods
left join reports on periods.period_code = reports.period_code
