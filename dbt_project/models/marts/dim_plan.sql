select
  plan_code,
  first_period_code,
  last_period_code,
  name_vi,
  name_en,
  title_vi,
  title_en,
  span_vi,
  span_en,
  decision_vi,
  decision_en,
  is_illustrative,
  note_vi,
  note_en
from {{ ref('plans') }}
