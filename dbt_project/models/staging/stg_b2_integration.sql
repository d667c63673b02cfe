select
  submission_id,
  row_number,
  unit_code,
  unit_valid_from,
  {{ answer_as_number('integrated_new_rural') }} as integrated_new_rural,
  integrated_new_rural as integrated_new_rural_answer,
  {{ answer_as_number('integrated_poverty') }} as integrated_poverty,
  integrated_poverty as integrated_poverty_answer,
  {{ answer_as_number('integrated_social_security') }} as integrated_social_security,
  integrated_social_security as integrated_social_security_answer
from {{ source('raw', 'b2_integration') }}
