select
  plan_targets.plan_code,
  plan_targets.target_code,
  plan_targets.group_code,
  target_groups.name_vi as group_name_vi,
  target_groups.name_en as group_name_en,
  plan_targets.display_order,
  plan_targets.basis,
  targets.kind,
  targets.direction,
  targets.counting_rule,
  targets.rural_only,
  sensitive_targets.target_code is not null as is_sensitive,
  targets.has_interval,
  plan_targets.name_vi,
  plan_targets.name_en,
  plan_targets.short_name_vi,
  plan_targets.short_name_en,
  plan_targets.definition_vi,
  plan_targets.definition_en,
  plan_targets.numerator_vi,
  plan_targets.numerator_en,
  plan_targets.denominator_vi,
  plan_targets.denominator_en,
  targets.counted_vi,
  targets.counted_en,
  targets.work_vi,
  targets.work_en,
  plan_targets.caveat_vi,
  plan_targets.caveat_en
from {{ ref('plan_targets') }} as plan_targets
inner join {{ ref('targets') }} as targets on plan_targets.target_code = targets.target_code
inner join {{ ref('target_groups') }} as target_groups on plan_targets.group_code = target_groups.group_code
left join {{ ref('int_sensitive_targets') }} as sensitive_targets on targets.target_code = sensitive_targets.target_code
