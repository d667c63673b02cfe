with reporters as (
  select *
  from {{ ref('int_expected_units') }}
  where unit_code = reporter_code and unit_valid_from = reporter_valid_from
),

submissions as (
  select * from {{ ref('int_submissions') }}
),

received as (
  select
    reporter_code,
    reporter_valid_from,
    period_code,
    max(case when is_counting then submission_id end) as submission_id,
    max(case when is_counting then version end) as version,
    min(case when verdict = 'accepted' then received_at end) as received_at,
    min(case when verdict = 'accepted' then version end) as first_version,
    min(case when verdict = 'accepted' and is_history then version end) as first_history_version,
    -- Every landed version counts as received, also if the department returned it; a refused submission has no version.
    min(case when version is not null and not coalesce(is_history, false) then received_at end) as first_sent_at,
    min(case when version is not null and verdict = 'rejected' and not coalesce(is_history, false) then received_at end)
      as first_returned_at,
    sum(case when verdict = 'rejected' then 1 else 0 end) as rejected_count
  from submissions
  group by reporter_code, reporter_valid_from, period_code
)

select
  reporters.reporter_code,
  reporters.reporter_valid_from,
  reporters.unit_level as reporter_level,
  reporters.period_code,
  reporters.due_date,
  reporters.is_due,
  received.submission_id,
  received.version,
  received.received_at,
  received.first_history_version is not null
  and received.first_history_version = received.first_version as is_history,
  case
    when received.first_history_version is null or received.first_history_version <> received.first_version
      then received.first_sent_at
  end as first_sent_at,
  received.first_returned_at,
  cast(coalesce(received.rejected_count, 0) as integer) as rejected_count,
  case
    when received.submission_id is not null then 'accepted'
    when received.rejected_count > 0 then 'rejected'
    when not reporters.is_due then 'not_due'
    else 'not_reported'
  end as report_state
from reporters
left join received
  on reporters.reporter_code = received.reporter_code
  and reporters.reporter_valid_from = received.reporter_valid_from
  and reporters.period_code = received.period_code
