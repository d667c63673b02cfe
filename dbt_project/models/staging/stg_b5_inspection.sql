select
  submission_id,
  row_number,
  unit_code,
  unit_valid_from,
  establishment_type,
  cast(establishments_total as {{ type_number() }}) as establishments_total,
  cast(first_inspections as {{ type_number() }}) as first_inspections,
  cast(inspections as {{ type_number() }}) as inspections,
  cast(inspections_with_violation as {{ type_number() }}) as inspections_with_violation,
  cast(sanction_warning as {{ type_number() }}) as sanction_warning,
  cast(sanction_fine as {{ type_number() }}) as sanction_fine,
  cast(sanction_suspension as {{ type_number() }}) as sanction_suspension,
  cast(sanction_licence_revoked as {{ type_number() }}) as sanction_licence_revoked,
  cast(fine_vnd_million as {{ type_number() }}) as fine_vnd_million
from {{ source('raw', 'b5_inspection') }}
