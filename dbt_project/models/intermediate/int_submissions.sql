-- The newest accepted version of a reporter's quarter counts.
with submissions as (
  select * from {{ ref('stg_submissions') }}
),

numbered as (
  select
    submission_id,
    reporter_code,
    reporter_valid_from,
    period_code,
    version,
    verdict,
    received_at,
    landed_at,
    submitted_by,
    file_name,
    is_sample,
    problem_count,
    is_history,
    lag(submission_id) over (
      partition by reporter_code, reporter_valid_from, period_code, verdict order by version, submission_id
    ) as previous_submission_id,
    row_number() over (
      partition by reporter_code, reporter_valid_from, period_code, verdict order by version desc, submission_id desc
    ) as newest_first
  from submissions
)

select
  submission_id,
  reporter_code,
  reporter_valid_from,
  period_code,
  version,
  verdict,
  received_at,
  landed_at,
  submitted_by,
  file_name,
  is_sample,
  problem_count,
  is_history,
  verdict = 'accepted' and newest_first = 1 as is_counting,
  case when verdict = 'accepted' then previous_submission_id end as previous_submission_id
from numbered
