select
  submission_id,
  row_number,
  unit_code,
  unit_valid_from,
  cast(sessions_direct as {{ type_number() }}) as sessions_direct,
  cast(sessions_social_network as {{ type_number() }}) as sessions_social_network,
  cast(sessions_internet as {{ type_number() }}) as sessions_internet,
  cast(sessions_loudspeaker as {{ type_number() }}) as sessions_loudspeaker,
  cast(sessions_print as {{ type_number() }}) as sessions_print,
  cast(reach_students as {{ type_number() }}) as reach_students,
  cast(reach_unemployed as {{ type_number() }}) as reach_unemployed,
  cast(reach_migrant_workers as {{ type_number() }}) as reach_migrant_workers,
  cast(reach_establishment_staff as {{ type_number() }}) as reach_establishment_staff,
  cast(reach_general as {{ type_number() }}) as reach_general
from {{ source('raw', 'b1_communication') }}
