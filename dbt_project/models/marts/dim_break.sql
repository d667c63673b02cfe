select
  breaks.period_code,
  breaks.target_code,
  breaks.kind,
  periods.start_date,
  breaks.label_vi,
  breaks.label_en,
  breaks.text_vi,
  breaks.text_en
from {{ ref('series_breaks') }} as breaks
inner join {{ ref('periods') }} as periods on breaks.period_code = periods.period_code
