-- The status rule; no other model computes a status.
with target_rows as (
  select * from {{ ref('int_target_rows') }}
),

targets as (
  select * from {{ ref('int_plan_targets') }}
),

periods as (
  select * from {{ ref('int_periods') }}
),

paths as (
  select * from {{ ref('int_target_paths') }}
),

compared as (
  select
    target_rows.*,
    targets.group_code,
    targets.basis,
    targets.kind,
    targets.direction,
    targets.has_interval,
    sensitive_targets.target_code is not null as is_sensitive,
    targets.threshold_pct,
    paths.path_pct as common_path_pct,
    paths.year_path_key,
    periods.quarter = periods.last_quarter
    and target_rows.period_window = 'ytd'
    and target_rows.counted_unit_count = 1 as is_unit_at_year_end,
    cast({{ setting('behind_margin_pct') }} as {{ type_pct() }}) as margin_pct,
    cast(target_rows.denominator as decimal(15, 4)) as whole,
    cast(target_rows.bound_denominator as decimal(15, 4)) as bound_whole
  from target_rows
  inner join targets
    on target_rows.target_code = targets.target_code and target_rows.period_code = targets.period_code
  inner join periods on target_rows.period_code = periods.period_code
  left join {{ ref('int_sensitive_targets') }} as sensitive_targets
    on target_rows.target_code = sensitive_targets.target_code
  left join paths
    on target_rows.target_code = paths.target_code
    and target_rows.first_quarter = paths.first_quarter
    and target_rows.period_window = paths.period_window
    and target_rows.period_code = paths.period_code
),

-- The path times the denominator: the common path, and the paths of the row's known units.
with_paths as (
  select
    compared.*,
    common_path_pct * whole as common_path_points,
    common_path_pct * bound_whole as bound_path_points,
    case
      when common_path_pct is not null
        then coalesce(path_points, last_path_pct * whole, common_path_pct * whole)
    end as own_path_points
  from compared
),

judged as (
  select
    with_paths.*,
    case
      when whole > 0 then {{ status_at('numerator', 'denominator', 'own_path_points', 'with_paths') }}
    end as status_on_own_path,
    case
      when whole > 0 then {{ status_at('numerator', 'denominator', 'common_path_points', 'with_paths') }}
    end as status_on_common_path,
    case
      when whole > 0 and bound_whole > 0
        then {{ status_at('low_numerator', 'bound_denominator', 'bound_path_points', 'with_paths') }}
    end as status_low,
    case
      when whole > 0 and bound_whole > 0
        then {{ status_at('high_numerator', 'bound_denominator', 'bound_path_points', 'with_paths') }}
    end as status_high
  from with_paths
  {{ planned_apart() }}
),

-- At the year's end an earlier quarter's path does not make a silent unit on track: the common path applies.
with_path as (
  select
    judged.*,
    case
      when is_judged and is_unit_at_year_end and status_on_own_path = 'on_track' then common_path_points
      else own_path_points
    end as applied_path_points,
    case
      when is_unit_at_year_end and status_on_own_path = 'on_track' then status_on_common_path
      else status_on_own_path
    end as status_known,
    case when direction = 'down' then status_high else status_low end as status_at_worst,
    case when direction = 'down' then status_low else status_high end as status_at_best
  from judged
),

-- Met only when missing reports could not undo it. A refused report is stated whether or not the row is judged.
shown as (
  select
    with_path.*,
    case
      when counted_unit_count = 0 then 'not_applicable'
      when report_state = 'rejected' and (reporting_unit_count = 0 or not is_judged) then 'rejected'
      when not is_judged or reporting_unit_count = 0 then case when is_due then 'not_reported' else 'not_due' end
      when denominator = 0 then 'no_cases'
      when status_known = 'met' and status_at_worst <> 'met' then 'on_track'
      else status_known
    end as status
  from with_path
)

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
  ended_units_key,
  rollup_level,
  coalesce(cast(threshold_pct as {{ dbt.type_string() }}), '') || ' ' || coalesce(year_path_key, '') as asked_key,
  expected_count,
  reported_count,
  open_unit_count as counted_unit_count,
  current_unit_count,
  part_count,
  current_part_count,
  numerator,
  denominator,
  threshold_pct,
  common_path_pct,
  case
    when applied_path_points is null or applied_path_points = common_path_points
      then cast(common_path_pct as {{ type_number() }})
    else cast(applied_path_points as {{ type_number() }}) / denominator
  end as path_pct,
  cast(coalesce(applied_path_points, threshold_pct * whole) as {{ type_number() }})
  / nullif(100.0 * denominator, 0) as line_share,
  100.0 * numerator / nullif(denominator, 0) as value_pct,
  case when status_low is not null then 100.0 * low_numerator / bound_denominator end as bound_low_pct,
  case when status_high is not null then 100.0 * high_numerator / bound_denominator end as bound_high_pct,
  case when status_low is not null then bound_denominator end as bound_denominator,
  is_judged,
  status_at_best,
  case when is_judged then status_low = status and status_high = status end as is_status_settled,
  case
    when is_judged and whole > 0 and basis <> 'monitor'
      then {{ missing_count('numerator', 'applied_path_points', 'direction') }}
  end as missing_to_path_count,
  case
    when is_judged and whole > 0 and basis <> 'monitor'
      then {{ missing_count('numerator', 'threshold_pct * whole', 'direction') }}
  end as missing_to_threshold_count,
  case when numerator is not null then provisional_reason end as provisional_reason,
  status
from shown
order by {{ period_order() }}
