select
  submission_id,
  reporter_code,
  reporter_valid_from,
  period_code,
  cast(version as integer) as version,
  verdict,
  is_counting,
  received_at,
  landed_at,
  submitted_by,
  file_name,
  cast(problem_count as integer) as problem_count,
  is_sample,
  is_history
from {{ ref('int_submissions') }}
