with reports as (
  select
    period_code,
    count(*) as reporter_count,
    sum(case when state in ('on_time', 'late') then 1 else 0 end) as reported_count,
    sum(case when state = 'on_time' then 1 else 0 end) as on_time_count,
    sum(case when state = 'late' then 1 else 0 end) as late_count,
    sum(case when state = 'missing' then 1 else 0 end) as missing_count,
    sum(case when state = 'rejected' then 1 else 0 end) as rejected_count,
    sum(case when is_corrected then 1 else 0 end) as corrected_count
  from {{ ref('fct_reporter_period') }}
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
  cast(coalesce(reports.reported_count, 0) as integer) as reported_count,
  cast(coalesce(reports.on_time_count, 0) as integer) as on_time_count,
  cast(coalesce(reports.late_count, 0) as integer) as late_count,
  cast(coalesce(reports.missing_count, 0) as integer) as missing_count,
  cast(coalesce(reports.rejected_count, 0) as integer) as rejected_count,
  cast(coalesce(reports.corrected_count, 0) as integer) as corrected_count,
  100.0 * reports.reported_count / nullif(reports.reporter_count, 0) as reporting_rate_pct,
  case
    when periods.is_due then 100.0 * reports.on_time_count / nullif(reports.reporter_count, 0)
  end as on_time_rate_pct
from {{ ref('int_periods') }} as periods
left join reports on periods.period_code = reports.period_code
