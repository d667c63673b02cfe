-- The status rule, and nowhere else.
with target_rows as (
  select * from {{ ref('int_target_rows') }}
),

targets as (
  select * from {{ ref('int_plan_targets') }}
),

paths as (
  select * from {{ ref('int_target_paths') }}
),

-- One unit that was silent is judged on the path of the quarter it last reported: silence is not slowness.
compared as (
  select
    target_rows.plan_code,
    target_rows.target_code,
    target_rows.unit_code,
    target_rows.unit_valid_from,
    target_rows.unit_level,
    target_rows.parent_code,
    target_rows.authority_code,
    target_rows.period_code,
    target_rows.period_window,
    target_rows.first_quarter,
    target_rows.counted_units_key,
    target_rows.counted_unit_count,
    target_rows.reporting_unit_count,
    target_rows.expected_count,
    target_rows.reported_count,
    target_rows.numerator,
    target_rows.denominator,
    target_rows.provisional_reason,
    target_rows.low_numerator,
    target_rows.high_numerator,
    target_rows.bound_denominator,
    target_rows.is_due,
    target_rows.report_state,
    targets.group_code,
    targets.basis,
    targets.kind,
    targets.direction,
    targets.has_interval,
    sensitive_targets.target_code is not null as is_sensitive,
    targets.threshold_pct,
    paths.path_pct,
    cast({{ setting('behind_margin_pct') }} as {{ type_pct() }}) as margin_pct
  from target_rows
  inner join targets
    on target_rows.target_code = targets.target_code and target_rows.period_code = targets.period_code
  left join {{ ref('int_sensitive_targets') }} as sensitive_targets
    on target_rows.target_code = sensitive_targets.target_code
  left join paths
    on target_rows.target_code = paths.target_code
    and target_rows.first_quarter = paths.first_quarter
    and target_rows.period_window = paths.period_window
    and coalesce(target_rows.carried_period_code, target_rows.period_code) = paths.period_code
),

judged as (
  select
    compared.*,
    case when denominator > 0 then {{ status_at('numerator', 'denominator', 'compared') }} end as status_known,
    case
      when denominator > 0 and bound_denominator > 0
        then {{ status_at('low_numerator', 'bound_denominator', 'compared') }}
    end as status_low,
    case
      when denominator > 0 and bound_denominator > 0
        then {{ status_at('high_numerator', 'bound_denominator', 'compared') }}
    end as status_high
  from compared
)

-- Met is said only when what is missing could not undo it.
select
  plan_code,
  target_code,
  unit_code,
  unit_valid_from,
  unit_level,
  parent_code,
  authority_code,
  period_code,
  period_window,
  group_code,
  basis,
  kind,
  direction,
  has_interval,
  is_sensitive,
  first_quarter,
  counted_units_key,
  expected_count,
  reported_count,
  numerator,
  denominator,
  threshold_pct,
  path_pct,
  100.0 * numerator / nullif(denominator, 0) as value_pct,
  case when status_low is not null then 100.0 * low_numerator / bound_denominator end as bound_low_pct,
  case when status_high is not null then 100.0 * high_numerator / bound_denominator end as bound_high_pct,
  case when status_low is not null then bound_denominator end as bound_denominator,
  status_low = status_high as is_status_settled,
  case
    when basis <> 'monitor' then {{ missing_count('numerator', 'denominator', 'path_pct', 'direction') }}
  end as missing_to_path_count,
  case
    when basis <> 'monitor' then {{ missing_count('numerator', 'denominator', 'threshold_pct', 'direction') }}
  end as missing_to_threshold_count,
  case when numerator is not null then provisional_reason end as provisional_reason,
  case
    when counted_unit_count = 0 then 'not_applicable'
    when reporting_unit_count = 0 and not is_due then 'not_due'
    when reporting_unit_count = 0 and report_state = 'rejected' then 'rejected'
    when reporting_unit_count = 0 then 'not_reported'
    when denominator = 0 then 'no_cases'
    when status_known = 'met' and case when direction = 'down' then status_high else status_low end <> 'met'
      then 'on_track'
    else status_known
  end as status
from judged
