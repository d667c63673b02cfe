select
  submission_id,
  row_number,
  unit_code,
  unit_valid_from,
  {{ answer_as_number('integrated_new_rural') }} as integrated_new_rural,
  {{ answer_as_number('integrated_poverty') }} as integrated_poverty,
  {{ answer_as_number('integrated_social_security') }} as integrated_social_security
from {{ source('raw', 'b2_integration') }}
