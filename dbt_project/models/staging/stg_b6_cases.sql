select
  submission_id,
  row_number,
  unit_code,
  unit_valid_from,
  cast(violations_detected as {{ type_number() }}) as violations_detected,
  cast(violations_handled as {{ type_number() }}) as violations_handled,
  cast(cases_pending as {{ type_number() }}) as cases_pending,
  cast(cases_accepted as {{ type_number() }}) as cases_accepted,
  cast(cases_resolved as {{ type_number() }}) as cases_resolved,
  cast(model_trials as {{ type_number() }}) as model_trials,
  cast(trafficking_victims_rescued as {{ type_number() }}) as trafficking_victims_rescued
from {{ source('raw', 'b6_cases') }}
