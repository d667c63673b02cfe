with reports as (
  select
    period_code,
    count(*) as reporter_count,
    sum(case when state in ('on_time', 'late', 'history') then 1 else 0 end) as reported_count,
    sum(case when state = 'on_time' then 1 else 0 end) as on_time_count,
    sum(case when state = 'late' then 1 else 0 end) as late_count,
    sum(case when state = 'history' then 1 else 0 end) as history_count,
    sum(case when state = 'missing' then 1 else 0 end) as missing_count,
    sum(case when state = 'rejected' then 1 else 0 end) as rejected_count,
    sum(case when is_corrected then 1 else 0 end) as corrected_count
  from {{ ref('fct_reporter_period') }}
  group by period_code
),

states as (
  select * from {{ ref('int_period_states') }}
),

-- Pages open the period under review. Without it they open the latest due period with any report, for example a period
-- that still receives reports, and else the latest period with any report, so that no page opens empty.
opening as (
  select
    reports.period_code,
    row_number() over (
      order by
        case
          when states.period_state = 'under_review' then 1
          when periods.is_due then 2
          else 3
        end,
        periods.start_date desc
    ) as place
  from reports
  inner join {{ ref('int_periods') }} as periods on reports.period_code = periods.period_code
  inner join states on reports.period_code = states.period_code
  where reports.reported_count > 0
)

select
  periods.period_code,
  periods.plan_code,
  periods.year,
  periods.quarter,
  cast(periods.quarter_count as integer) as quarter_count,
  periods.start_date,
  periods.end_date,
  periods.covers_from,
  periods.covers_to,
  periods.due_date,
  periods.reminder_date,
  periods.has_begun,
  periods.is_due,
  states.period_state,
  states.period_state = 'under_review' as is_under_review,
  opening.period_code is not null as is_opening,
  periods.previous_period_code,
  periods.previous_year_period_code,
  cast(coalesce(reports.reporter_count, 0) as integer) as reporter_count,
  cast(coalesce(reports.reported_count, 0) as integer) as reported_count,
  cast(coalesce(reports.on_time_count, 0) as integer) as on_time_count,
  cast(coalesce(reports.late_count, 0) as integer) as late_count,
  cast(coalesce(reports.history_count, 0) as integer) as history_count,
  cast(coalesce(reports.missing_count, 0) as integer) as missing_count,
  cast(coalesce(reports.rejected_count, 0) as integer) as rejected_count,
  cast(coalesce(reports.corrected_count, 0) as integer) as corrected_count,
  {{ share_pct('reports.reported_count', 'reports.reporter_count') }} as reporting_rate_pct,
  case
    when periods.is_due
      then {{ share_pct('reports.on_time_count', 'reports.reporter_count - reports.history_count') }}
  end as on_time_rate_pct
from {{ ref('int_periods') }} as periods
inner join states on periods.period_code = states.period_code
left join reports on periods.period_code = reports.period_code
left join opening on periods.period_code = opening.period_code and opening.place = 1
