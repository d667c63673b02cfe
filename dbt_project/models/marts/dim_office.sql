select
  unit_level,
  valid_from,
  valid_to,
  name_vi,
  name_en,
  source
from {{ ref('offices') }}
