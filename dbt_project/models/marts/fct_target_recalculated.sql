-- Recalculated history of a unit that consists of whole earlier units: sums of counts, never of answers or units.
with parts as (
  select * from {{ ref('int_unit_parts') }}
),

-- If any part was split, the quarter has no recalculated history.
wholes as (
  select
    parts.unit_code,
    parts.unit_valid_from,
    expected.period_code,
    count(*) as part_count,
    min(case when parts.is_exact then 1 else 0 end) = 1 as is_exact
  from parts
  inner join {{ ref('int_expected_units') }} as expected
    on parts.part_code = expected.unit_code and parts.part_valid_from = expected.unit_valid_from
  group by parts.unit_code, parts.unit_valid_from, expected.period_code
),

targets as (
  select * from {{ ref('int_plan_targets') }}
  where counting_rule = 'amounts' and kind <> 'amount' and rollup_level is null
)

select
  targets.plan_code,
  unit_windows.target_code,
  wholes.unit_code,
  wholes.unit_valid_from,
  units.unit_level,
  units.parent_code,
  unit_windows.period_code,
  unit_windows.period_window,
  sum(unit_windows.numerator) as numerator,
  sum(unit_windows.denominator) as denominator,
  100.0 * sum(unit_windows.numerator) / nullif(sum(unit_windows.denominator), 0) as value_pct,
  -- A year of one period has nothing that begins again.
  targets.kind = 'coverage'
  and unit_windows.period_window = 'ytd'
  and periods.quarter = 1
  and periods.quarter_count > 1 as restarts,
  cast(max(wholes.part_count) as integer) as part_count,
  cast(sum(case when unit_windows.takes_part then 1 else 0 end) as integer) as known_part_count,
  sensitive_targets.target_code is not null as is_sensitive
from wholes
inner join {{ ref('units') }} as units
  on wholes.unit_code = units.unit_code and wholes.unit_valid_from = units.valid_from
inner join parts
  on wholes.unit_code = parts.unit_code and wholes.unit_valid_from = parts.unit_valid_from
inner join {{ ref('int_target_unit_windows') }} as unit_windows
  on parts.part_code = unit_windows.unit_code
  and parts.part_valid_from = unit_windows.unit_valid_from
  and wholes.period_code = unit_windows.period_code
  and not unit_windows.has_ended
inner join targets
  on unit_windows.target_code = targets.target_code and unit_windows.period_code = targets.period_code
inner join {{ ref('int_periods') }} as periods on unit_windows.period_code = periods.period_code
left join {{ ref('int_sensitive_targets') }} as sensitive_targets
  on unit_windows.target_code = sensitive_targets.target_code
where wholes.is_exact
group by
  targets.plan_code, targets.kind, unit_windows.target_code, wholes.unit_code, wholes.unit_valid_from,
  units.unit_level, units.parent_code, unit_windows.period_code, unit_windows.period_window, periods.quarter,
  periods.quarter_count, sensitive_targets.target_code
