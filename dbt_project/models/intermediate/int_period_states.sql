-- The state of each period: judged once its reports are in, never while it runs.
with periods as (
  select * from {{ ref('int_periods') }}
),

-- Only units with a form to fill in are expected to report.
reporters as (
  select distinct
    reporters.reporter_code,
    reporters.reporter_valid_from,
    reporters.period_code,
    reporters.report_state
  from {{ ref('int_reporter_periods') }} as reporters
  inner join {{ ref('int_expected_units') }} as units
    on reporters.reporter_code = units.reporter_code
    and reporters.reporter_valid_from = units.reporter_valid_from
    and reporters.period_code = units.period_code
  inner join {{ ref('int_form_levels') }} as form_levels
    on units.period_code = form_levels.period_code and units.unit_level = form_levels.unit_level
),

received as (
  select
    period_code,
    count(*) as reporter_count,
    sum(case when report_state = 'accepted' then 1 else 0 end) as reported_count
  from reporters
  group by period_code
),

reviewed as (
  select max(periods.start_date) as start_date
  from periods
  inner join received on periods.period_code = received.period_code
  where
    periods.is_due
    and 100 * received.reported_count >= {{ setting('review_reporting_rate_pct') }} * received.reporter_count
)

select
  periods.period_code,
  case
    when not periods.has_begun then 'future'
    when not periods.has_closed then 'running'
    when periods.start_date = reviewed.start_date then 'under_review'
    when periods.start_date < reviewed.start_date then 'past'
    else 'receiving'
  end as period_state
from periods
cross join reviewed
