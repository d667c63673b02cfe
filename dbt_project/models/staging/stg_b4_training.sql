select
  submission_id,
  row_number,
  unit_code,
  unit_valid_from,
  cast(officers_total as {{ type_number() }}) as officers_total,
  cast(officers_trained as {{ type_number() }}) as officers_trained,
  cast(volunteers_total as {{ type_number() }}) as volunteers_total,
  cast(volunteers_trained as {{ type_number() }}) as volunteers_trained
from {{ source('raw', 'b4_training') }}
