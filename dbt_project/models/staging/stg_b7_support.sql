select
  submission_id,
  row_number,
  unit_code,
  unit_valid_from,
  cast(people_wanting_support as {{ type_number() }}) as people_wanting_support,
  cast(people_supported as {{ type_number() }}) as people_supported,
  cast(service_legal_psychological as {{ type_number() }}) as service_legal_psychological,
  cast(service_health as {{ type_number() }}) as service_health,
  cast(service_literacy as {{ type_number() }}) as service_literacy,
  cast(service_vocational as {{ type_number() }}) as service_vocational,
  cast(service_employment as {{ type_number() }}) as service_employment,
  cast(service_loan as {{ type_number() }}) as service_loan,
  cast(models_operating as {{ type_number() }}) as models_operating,
  cast(model_participants as {{ type_number() }}) as model_participants,
  cast(model_participants_referred as {{ type_number() }}) as model_participants_referred
from {{ source('raw', 'b7_support') }}
