select
  period_code,
  plan_code,
  target_code,
  counted_levels,
  rollup_level,
  shown_levels,
  cast(threshold_pct as {{ type_number() }}) as threshold_pct,
  case
    when threshold_pct is not null then cast({{ setting('behind_margin_pct') }} as {{ type_number() }})
  end as behind_margin_pct
from {{ ref('int_plan_targets') }}
