select
  submission_id,
  row_number,
  task_code,
  unit_code,
  unit_valid_from,
  status,
  cast(percent_done as {{ type_number() }}) as percent_done,
  evidence_reference,
  note
from {{ source('raw', 'b8_tasks') }}
