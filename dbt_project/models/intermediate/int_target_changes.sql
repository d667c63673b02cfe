-- The change of each row since the previous period and the same period of last year, where the two are comparable.
{% set series = 'partition by unit_code, target_code, unit_valid_from, period_window order by period_code' %}
{% set before = 'rows between unbounded preceding and 1 preceding' %}
with target_rules as (
  select
    terms.target_code,
    max(case when terms.window_rule = 'base' then 1 else 0 end) = 1 as has_base,
    max(case when terms.window_rule in ('end', 'base') then 1 else 0 end) = 0
    and max(targets.counting_rule) = 'amounts' as is_sum
  from {{ ref('target_terms') }} as terms
  inner join {{ ref('targets') }} as targets on terms.target_code = targets.target_code
  group by terms.target_code
),

breaks as (
  select * from {{ ref('int_series_breaks') }}
),

-- All periods; in an increment those that changes reach. What lasts since an earlier period needs little of all periods
-- before it, everything else only the two periods that a row is compared with.
judged_periods as (
  select
    periods.period_code,
    periods.previous_period_code,
    periods.previous_year_period_code
  from {{ ref('int_period_states') }} as states
  inner join {{ ref('int_periods') }} as periods on states.period_code = periods.period_code
),

compared_periods as (
  select period_code from judged_periods
  union
  select previous_period_code from judged_periods
  union
  select previous_year_period_code from judged_periods
),

rows_of_units as (
  select
    statuses.target_code,
    statuses.unit_code,
    statuses.unit_valid_from,
    statuses.period_code,
    statuses.period_window,
    statuses.unit_level,
    statuses.kind,
    statuses.has_interval,
    statuses.is_judged,
    statuses.status,
    statuses.status_at_best,
    statuses.value_pct,
    statuses.rollup_level,
    statuses.counted_units_key,
    statuses.ended_units_key,
    statuses.asked_key,
    statuses.counted_unit_count,
    statuses.current_unit_count,
    statuses.part_count,
    statuses.current_part_count,
    statuses.status in ('behind', 'far_behind') as is_late,
    statuses.status in ('met', 'on_track') as is_good,
    statuses.kind in ('coverage', 'amount') and statuses.period_window = 'ytd' as is_built_over_year,
    target_rules.has_base,
    target_rules.is_sum and statuses.period_window = 'ytd' as is_sum,
    periods.year,
    periods.quarter,
    periods.quarter_count,
    periods.quarter - statuses.first_quarter + 1 as elapsed_period_count,
    periods.previous_period_code,
    periods.previous_year_period_code
  from {{ ref('int_target_statuses') }} as statuses
  inner join target_rules on statuses.target_code = target_rules.target_code
  inner join {{ ref('int_periods') }} as periods on statuses.period_code = periods.period_code
),

with_difference as (
  select
    rows_of_units.target_code,
    rows_of_units.unit_code,
    rows_of_units.unit_valid_from,
    rows_of_units.period_code,
    rows_of_units.period_window,
    rows_of_units.is_late,
    rows_of_units.is_good,
    rows_of_units.current_unit_count > 0 as has_report,
    rows_of_units.counted_units_key,
    case
      when previous.target_code is not null then {{ change_difference('rows_of_units', 'previous', 'quarter_break') }}
    end as difference
  from rows_of_units
  left join rows_of_units as previous
    on rows_of_units.target_code = previous.target_code
    and rows_of_units.unit_code = previous.unit_code
    and rows_of_units.unit_valid_from = previous.unit_valid_from
    and rows_of_units.period_window = previous.period_window
    and rows_of_units.previous_period_code = previous.period_code
  left join breaks as quarter_break
    on rows_of_units.target_code = quarter_break.target_code
    and rows_of_units.period_code = quarter_break.period_code
    and quarter_break.comparison = 'prev_quarter'
  {{ planned_apart() }}
),

-- The latest period, up to this one, in which something began. In a run each period is comparable with its predecessor.
beginnings as (
  select
    with_difference.*,
    {{ differ('counted_units_key', 'lag(counted_units_key) over (' ~ series ~ ')') }} as are_units_others,
    max(case when difference is not null then period_code end) over ({{ series }}) as run_since_period_code,
    max(case when is_good then period_code end) over ({{ series }}) as last_good_period_code,
    max(case when is_late then period_code end) over ({{ series }} {{ before }}) as earlier_late_period_code,
    max(case when is_late and has_report then period_code end) over (
      {{ series }} {{ before }}
    ) as earlier_late_report_period_code,
    max(case when (is_late or is_good) and has_report then period_code end) over (
      {{ series }} {{ before }}
    ) as earlier_report_period_code
  from with_difference
),

-- A quarter without a figure does not end a run of late quarters: a missing report is not progress.
with_late_runs as (
  select
    beginnings.*,
    is_late
    and not coalesce(
      earlier_late_period_code >= coalesce(run_since_period_code, '')
      and earlier_late_period_code > coalesce(last_good_period_code, ''),
      false
    ) as begins_late_run
  from beginnings
),

runs as (
  select
    with_late_runs.*,
    max(case when are_units_others then period_code end) over ({{ series }}) as changed_period_code,
    max(case when begins_late_run then period_code end) over ({{ series }}) as latest_run_period_code
  from with_late_runs
),

compared as (
  select
    rows_of_units.*,
    intervals.ci_low_pct,
    intervals.ci_high_pct,
    coalesce(intervals.status_may_be_chance, false) as status_may_be_chance,
    -- Certainly late: neither missing reports nor chance explain it. Without bounds half of the units must be known.
    case
      when rows_of_units.status not in ('behind', 'far_behind') then null
      when rows_of_units.status_at_best in ('met', 'on_track') then 'waiting'
      when rows_of_units.status_at_best is not null
        then case when intervals.status_may_be_chance then 'chance' else 'certain' end
      when
        case
          when rows_of_units.has_base and rows_of_units.unit_level = rows_of_units.rollup_level
            then 2 * rows_of_units.current_part_count < rows_of_units.part_count
          else 2 * rows_of_units.current_unit_count < rows_of_units.counted_unit_count
        end
        then 'waiting'
      when intervals.status_may_be_chance then 'chance'
      else 'certain'
    end as late_certainty
  from rows_of_units
  left join {{ ref('int_target_intervals') }} as intervals
    on rows_of_units.target_code = intervals.target_code
    and rows_of_units.unit_code = intervals.unit_code
    and rows_of_units.unit_valid_from = intervals.unit_valid_from
    and rows_of_units.period_code = intervals.period_code
    and rows_of_units.period_window = intervals.period_window
  where rows_of_units.period_code in (select compared_periods.period_code from compared_periods)
),

with_neighbours as (
  select
    compared.*,
    runs.difference,
    case when compared.is_late then runs.latest_run_period_code end as late_since_period_code,
    runs.changed_period_code,
    runs.earlier_late_report_period_code,
    runs.earlier_report_period_code,
    previous.is_judged as was_judged,
    previous.status as previous_status,
    previous.is_good as was_good,
    coalesce(previous.late_certainty = 'certain', false) as was_certainly_late,
    previous.value_pct as previous_value_pct,
    previous.ci_low_pct as previous_ci_low_pct,
    previous.ci_high_pct as previous_ci_high_pct,
    year_before.is_judged as was_judged_year_before,
    year_before.value_pct as year_before_value_pct,
    case
      when year_before.target_code is not null
        then {{ change_difference('compared', 'year_before', 'year_break') }}
    end as year_difference
  from compared
  inner join runs
    on compared.target_code = runs.target_code
    and compared.unit_code = runs.unit_code
    and compared.unit_valid_from = runs.unit_valid_from
    and compared.period_code = runs.period_code
    and compared.period_window = runs.period_window
  left join compared as previous
    on compared.target_code = previous.target_code
    and compared.unit_code = previous.unit_code
    and compared.unit_valid_from = previous.unit_valid_from
    and compared.period_window = previous.period_window
    and compared.previous_period_code = previous.period_code
  left join compared as year_before
    on compared.target_code = year_before.target_code
    and compared.unit_code = year_before.unit_code
    and compared.unit_valid_from = year_before.unit_valid_from
    and compared.period_window = year_before.period_window
    and compared.previous_year_period_code = year_before.period_code
  left join breaks as year_break
    on compared.target_code = year_break.target_code
    and compared.period_code = year_break.period_code
    and year_break.comparison = 'prev_year'
  where compared.period_code in (select judged_periods.period_code from judged_periods)
  {{ planned_apart() }}
),

-- A difference is stated where both figures exist and are judged.
stated as (
  select
    with_neighbours.*,
    case
      when is_judged and was_judged and value_pct is not null and previous_value_pct is not null then difference
    end as change_difference,
    case
      when is_judged and was_judged_year_before and value_pct is not null and year_before_value_pct is not null
        then year_difference
    end as change_prev_year_difference,
    coalesce(is_judged and was_judged and (difference is null or difference = 'threshold'), false) as is_change_stated,
    coalesce(
      is_judged and was_judged_year_before and (year_difference is null or year_difference = 'threshold'), false
    ) as is_year_change_stated,
    coalesce(is_judged and was_judged and difference is null, false) as is_status_comparable
  from with_neighbours
),

with_changes as (
  select
    stated.*,
    base_changes.change_count,
    case
      when stated.is_change_stated
        then
          case
            when stated.has_base then base_changes.change_pct
            else stated.value_pct - stated.previous_value_pct
          end
    end as change_pct,
    {{ newcombe_bound(
      'value_pct', 'ci_low_pct', 'ci_high_pct', 'previous_value_pct', 'previous_ci_low_pct', 'previous_ci_high_pct', 'lower'
    ) }} as change_low_pct,
    {{ newcombe_bound(
      'value_pct', 'ci_low_pct', 'ci_high_pct', 'previous_value_pct', 'previous_ci_low_pct', 'previous_ci_high_pct', 'upper'
    ) }} as change_high_pct
  from stated
  left join {{ ref('int_base_changes') }} as base_changes
    on stated.target_code = base_changes.target_code
    and stated.unit_code = base_changes.unit_code
    and stated.unit_valid_from = base_changes.unit_valid_from
    and stated.period_code = base_changes.period_code
    and stated.period_window = base_changes.period_window
),

with_clearness as (
  select
    with_changes.*,
    case
      when change_pct is null or has_base then null
      when not has_interval then change_pct <> 0
      else change_low_pct > 0 or change_high_pct < 0
    end as change_is_clear
  from with_changes
)

select
  target_code,
  unit_code,
  unit_valid_from,
  period_code,
  period_window,
  elapsed_period_count,
  is_built_over_year and quarter = 1 and quarter_count > 1 as restarts,
  status_may_be_chance,
  late_certainty,
  coalesce(late_certainty = 'certain', false) as is_certainly_late,
  change_pct as change_prev_quarter_pct,
  case when has_base and change_pct is not null then change_count end as change_prev_quarter_count,
  change_is_clear,
  case when change_difference <> 'threshold' then 'not_comparable' end as change_reason,
  change_difference,
  case when is_year_change_stated then value_pct - year_before_value_pct end as change_prev_year_pct,
  case when change_prev_year_difference <> 'threshold' then 'not_comparable' end as change_prev_year_reason,
  change_prev_year_difference,
  case when is_status_comparable then previous_status end as prev_quarter_status,
  case
    when not is_status_comparable then null
    when kind in ('rate', 'stock') and not coalesce(change_is_clear and change_pct <> 0, false) then null
    when was_good and late_certainty = 'certain' then 'down'
    when was_certainly_late and is_good and not status_may_be_chance then 'up'
  end as clear_move,
  coalesce(earlier_late_report_period_code = earlier_report_period_code, false) as was_late_in_report_before,
  case when counted_units_key is not null then changed_period_code end as same_units_since,
  late_since_period_code
from with_clearness
order by period_code
