select
  targets.target_code,
  targets.group_code,
  target_groups.name_vi as group_name_vi,
  target_groups.name_en as group_name_en,
  targets.display_order,
  targets.basis,
  targets.kind,
  targets.direction,
  cast(targets.threshold_pct as {{ type_number() }}) as threshold_pct,
  case
    when targets.threshold_pct is not null then cast({{ setting('behind_margin_pct') }} as {{ type_number() }})
  end as behind_margin_pct,
  targets.counting_rule,
  targets.counted_levels,
  targets.rollup_level,
  targets.shown_levels,
  targets.rural_only,
  sensitive_targets.target_code is not null as is_sensitive,
  targets.has_interval,
  targets.name_vi,
  targets.name_en,
  targets.short_name_vi,
  targets.short_name_en,
  targets.definition_vi,
  targets.definition_en,
  targets.numerator_vi,
  targets.numerator_en,
  targets.denominator_vi,
  targets.denominator_en,
  targets.caveat_vi,
  targets.caveat_en
from {{ ref('targets') }} as targets
inner join {{ ref('target_groups') }} as target_groups on targets.group_code = target_groups.group_code
left join {{ ref('int_sensitive_targets') }} as sensitive_targets on targets.target_code = sensitive_targets.target_code
