select
  submission_id,
  row_number,
  unit_code,
  unit_valid_from,
  {{ answer_as_number('team_consolidated') }} as team_consolidated,
  team_consolidated as team_consolidated_answer,
  decision_number,
  decision_date,
  cast(member_count as {{ type_number() }}) as member_count
from {{ source('raw', 'b3_inspection_team') }}
