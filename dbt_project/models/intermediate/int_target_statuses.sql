-- The status rule, and nowhere else. Comparisons are cross-multiplied decimals: exact at the threshold.
with target_rows as (
  select * from {{ ref('int_target_rows') }}
),

targets as (
  select * from {{ ref('targets') }}
),

paths as (
  select * from {{ ref('int_target_paths') }}
),

compared as (
  select
    target_rows.target_code,
    target_rows.unit_code,
    target_rows.unit_valid_from,
    target_rows.unit_level,
    target_rows.parent_code,
    target_rows.period_code,
    target_rows.period_window,
    target_rows.counted_unit_count,
    target_rows.reporting_unit_count,
    target_rows.expected_count,
    target_rows.reported_count,
    target_rows.numerator,
    target_rows.denominator,
    target_rows.is_due,
    target_rows.report_state,
    targets.group_code,
    targets.basis,
    targets.kind,
    targets.direction,
    targets.has_interval,
    targets.is_sensitive,
    targets.threshold_pct,
    paths.path_pct,
    case when targets.direction = 'down' then -1 else 1 end
    * (
      cast(target_rows.numerator as decimal(18, 4)) * 100
      - targets.threshold_pct * cast(target_rows.denominator as decimal(18, 4))
    ) as over_threshold,
    case when targets.direction = 'down' then -1 else 1 end
    * (
      cast(target_rows.numerator as decimal(18, 4)) * 100
      - coalesce(paths.path_pct, targets.threshold_pct) * cast(target_rows.denominator as decimal(18, 4))
    ) as over_path,
    cast({{ setting('behind_margin_pct') }} as {{ type_pct() }})
    * cast(target_rows.denominator as decimal(18, 4)) as margin
  from target_rows
  inner join targets on target_rows.target_code = targets.target_code
  left join paths
    on target_rows.target_code = paths.target_code
    and target_rows.period_code = paths.period_code
    and target_rows.period_window = paths.period_window
)

select
  target_code,
  unit_code,
  unit_valid_from,
  unit_level,
  parent_code,
  period_code,
  period_window,
  group_code,
  basis,
  kind,
  direction,
  has_interval,
  is_sensitive,
  expected_count,
  reported_count,
  numerator,
  denominator,
  threshold_pct,
  path_pct,
  100.0 * numerator / nullif(denominator, 0) as value_pct,
  case
    when counted_unit_count = 0 then 'not_applicable'
    when reporting_unit_count = 0 and not is_due then 'not_due'
    when reporting_unit_count = 0 and report_state = 'rejected' then 'rejected'
    when reporting_unit_count = 0 then 'not_reported'
    when denominator = 0 then 'no_cases'
    when basis = 'monitor' then 'monitor'
    when over_threshold >= 0 then 'met'
    when kind = 'coverage' and over_path >= 0 then 'on_track'
    when over_path + margin >= 0 then 'behind'
    else 'far_behind'
  end as status
from compared
