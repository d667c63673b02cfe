select
  version,
  built_at,
  as_of_date
from {{ source('raw', 'build_context') }}
