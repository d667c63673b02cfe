-- Every expected row: targets, the units they are shown for, periods and windows, with the sums of the units below.
with targets as (
  select * from {{ ref('int_plan_targets') }}
),

expected as (
  select * from {{ ref('int_expected_units') }}
),

reporters as (
  select * from {{ ref('int_reporter_periods') }}
),

amounts as (
  select * from {{ ref('target_amounts') }}
),

windows as (
  select 'quarter' as period_window
  union all
  select 'ytd' as period_window
),

-- A silent unit is compared with the path of the quarter that it last reported.
unit_windows as (
  select
    windows_of_units.*,
    paths.path_pct
  from {{ ref('int_target_unit_windows') }} as windows_of_units
  left join {{ ref('int_target_paths') }} as paths
    on windows_of_units.target_code = paths.target_code
    and windows_of_units.first_quarter = paths.first_quarter
    and windows_of_units.period_window = paths.period_window
    and case
      when windows_of_units.is_carried then windows_of_units.last_period_code
      else windows_of_units.period_code
    end = paths.period_code
),

sums as (
  select
    unit_windows.target_code,
    unit_windows.period_code,
    unit_windows.period_window,
    ancestors.row_unit_code,
    ancestors.row_unit_valid_from,
    count(*) as counted_unit_count,
    sum(case when unit_windows.has_ended then 0 else 1 end) as open_unit_count,
    sum(case when unit_windows.takes_part then 1 else 0 end) as reporting_unit_count,
    sum(case when unit_windows.is_current then 1 else 0 end) as current_unit_count,
    sum(unit_windows.part_count) as part_count,
    sum(unit_windows.current_part_count) as current_part_count,
    sum(unit_windows.expected_count) as expected_count,
    sum(unit_windows.reported_count) as reported_count,
    sum(unit_windows.numerator) as numerator,
    sum(unit_windows.denominator) as denominator,
    min(unit_windows.first_quarter) as first_quarter,
    sum(
      case
        when unit_windows.takes_part
          then unit_windows.path_pct * cast(unit_windows.denominator as decimal(15, 4))
      end
    ) as path_points,
    sum(case when unit_windows.takes_part then unit_windows.denominator end) as path_denominator,
    max(case when unit_windows.takes_part then unit_windows.path_pct end) as last_path_pct,
    min(
      case unit_windows.provisional_reason
        when 'not_reported' then 1
        when 'rejected' then 2
        when 'silent_wards' then 3
        when 'carried' then 4
        when 'earlier_quarters' then 5
      end
    ) as gravest_reason,
    min(
      case
        when unit_windows.has_ended then null
        when unit_windows.provisional_reason = 'rejected' then 1
        else 0
      end
    ) = 1 as is_all_refused,
    count(*) = count(unit_windows.bound_denominator) as has_bounds,
    sum(unit_windows.low_numerator) as low_numerator,
    sum(unit_windows.high_numerator) as high_numerator,
    sum(unit_windows.bound_denominator) as bound_denominator
  from unit_windows
  inner join {{ ref('int_unit_ancestors') }} as ancestors
    on unit_windows.unit_code = ancestors.unit_code
    and unit_windows.unit_valid_from = ancestors.unit_valid_from
    and unit_windows.period_code = ancestors.period_code
  group by
    unit_windows.target_code, unit_windows.period_code, unit_windows.period_window,
    ancestors.row_unit_code, ancestors.row_unit_valid_from
),

-- The units that a row of a quarter that has not begun will count.
ahead as (
  select
    unit_quarters.target_code,
    unit_quarters.period_code,
    ancestors.row_unit_code,
    ancestors.row_unit_valid_from,
    min(unit_quarters.first_quarter) as first_quarter,
    count(*) as counted_unit_count
  from {{ ref('int_target_unit_quarters') }} as unit_quarters
  inner join {{ ref('int_unit_ancestors') }} as ancestors
    on unit_quarters.unit_code = ancestors.unit_code
    and unit_quarters.unit_valid_from = ancestors.unit_valid_from
    and unit_quarters.period_code = ancestors.period_code
  where not unit_quarters.has_begun
  group by
    unit_quarters.target_code, unit_quarters.period_code, ancestors.row_unit_code, ancestors.row_unit_valid_from
),

-- The units that a row counts and those that ended within its year, as keys: equal keys mean equal units.
unit_keys as (
  select
    unit_windows.target_code,
    unit_windows.period_code,
    ancestors.row_unit_code,
    ancestors.row_unit_valid_from,
    unit_windows.has_ended,
    {{ dbt.hash(ordered_list(unit_key('unit_windows.unit_code', 'unit_windows.unit_valid_from'), "';'")) }} as units_key
  from {{ ref('int_target_unit_windows') }} as unit_windows
  inner join {{ ref('int_unit_ancestors') }} as ancestors
    on unit_windows.unit_code = ancestors.unit_code
    and unit_windows.unit_valid_from = ancestors.unit_valid_from
    and unit_windows.period_code = ancestors.period_code
  where unit_windows.period_window = 'ytd'
  group by
    unit_windows.target_code, unit_windows.period_code, ancestors.row_unit_code, ancestors.row_unit_valid_from,
    unit_windows.has_ended
)

select
  targets.plan_code,
  targets.target_code,
  expected.unit_code,
  expected.unit_valid_from,
  expected.unit_level,
  expected.parent_code,
  expected.authority_code,
  expected.period_code,
  windows.period_window,
  -- A unit is judged only on an amount assigned to it: the city's amount is never split.
  case
    when targets.kind = 'amount' and amounts.assigned_count is null then 0
    else coalesce(sums.counted_unit_count, ahead.counted_unit_count, 0)
  end as counted_unit_count,
  cast(coalesce(sums.open_unit_count, ahead.counted_unit_count, 0) as integer) as open_unit_count,
  cast(coalesce(sums.reporting_unit_count, 0) as integer) as reporting_unit_count,
  cast(coalesce(sums.current_unit_count, 0) as integer) as current_unit_count,
  cast(sums.part_count as integer) as part_count,
  cast(sums.current_part_count as integer) as current_part_count,
  cast(coalesce(sums.expected_count, ahead.counted_unit_count, 0) as integer) as expected_count,
  cast(coalesce(sums.reported_count, 0) as integer) as reported_count,
  case when targets.kind <> 'amount' or amounts.assigned_count is not null then sums.numerator end as numerator,
  case
    when targets.kind <> 'amount' then sums.denominator
    when sums.numerator is not null then amounts.assigned_count
  end as denominator,
  coalesce(sums.first_quarter, ahead.first_quarter) as first_quarter,
  unit_keys.units_key as counted_units_key,
  case when windows.period_window = 'ytd' then ended_keys.units_key end as ended_units_key,
  targets.rollup_level,
  -- Units without denominators of their own have no weights; a row of one unit needs none. An amount is compared with
  -- what was assigned, of which the units' own denominators are no parts: it has neither weights nor bounds.
  cast(
    case when targets.kind <> 'amount' and sums.path_denominator > 0 then sums.path_points end as decimal(28, 8)
  ) as path_points,
  cast(case when sums.counted_unit_count = 1 then sums.last_path_pct end as {{ type_pct() }}) as last_path_pct,
  case
    when states.period_state in ('future', 'running') then false
    when states.period_state <> 'receiving' then true
    when expected.reporter_code is null or expected.authority_code is null
      then
        coalesce(
          2 * coalesce(sums.current_part_count, sums.current_unit_count)
          >= coalesce(sums.part_count, sums.open_unit_count),
          false
        )
    else expected.is_due or coalesce(sums.current_unit_count, 0) > 0
  end as is_judged,
  case sums.gravest_reason
    when 1 then 'not_reported'
    when 2 then 'rejected'
    when 3 then 'silent_wards'
    when 4 then 'carried'
    when 5 then 'earlier_quarters'
  end as provisional_reason,
  {% for bound in ("low_numerator", "high_numerator", "bound_denominator") %}
    case
      when targets.kind <> 'amount' and sums.has_bounds and sums.reporting_unit_count > 0 then sums.{{ bound }}
    end as {{ bound }},
  {% endfor %}
  expected.is_due,
  -- A unit without reports of its own is refused when all reports below it are. No single report decides for the city.
  case
    when expected.reporter_code is null and sums.is_all_refused then 'rejected'
    when expected.authority_code is not null then coalesce(reporters.report_state, 'not_reported')
    else 'not_reported'
  end as report_state
from targets
inner join expected
  on targets.period_code = expected.period_code and {{ has_level('targets.shown_levels', 'expected.unit_level') }}
cross join windows
inner join {{ ref('int_period_states') }} as states on expected.period_code = states.period_code
left join reporters
  on expected.reporter_code = reporters.reporter_code
  and expected.reporter_valid_from = reporters.reporter_valid_from
  and expected.period_code = reporters.period_code
left join sums
  on targets.target_code = sums.target_code
  and expected.unit_code = sums.row_unit_code
  and expected.unit_valid_from = sums.row_unit_valid_from
  and expected.period_code = sums.period_code
  and windows.period_window = sums.period_window
left join amounts
  on targets.plan_code = amounts.plan_code
  and targets.target_code = amounts.target_code
  and targets.year = amounts.year
  and expected.unit_code = amounts.unit_code
left join ahead
  on targets.target_code = ahead.target_code
  and expected.unit_code = ahead.row_unit_code
  and expected.unit_valid_from = ahead.row_unit_valid_from
  and expected.period_code = ahead.period_code
left join unit_keys
  on targets.target_code = unit_keys.target_code
  and expected.unit_code = unit_keys.row_unit_code
  and expected.unit_valid_from = unit_keys.row_unit_valid_from
  and expected.period_code = unit_keys.period_code
  and not unit_keys.has_ended
left join unit_keys as ended_keys
  on targets.target_code = ended_keys.target_code
  and expected.unit_code = ended_keys.row_unit_code
  and expected.unit_valid_from = ended_keys.row_unit_valid_from
  and expected.period_code = ended_keys.period_code
  and ended_keys.has_ended
order by {{ period_order('expected.') }}
