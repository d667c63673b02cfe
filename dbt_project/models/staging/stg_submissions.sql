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
  is_history
from {{ source('raw', 'submissions') }}
