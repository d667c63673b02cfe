-- Joins the status of every expected combination with the columns of each subject: changes, chance, ranks, gaps, pace.
with progress as (
  select * from {{ ref('int_target_statuses') }}
),

changes as (
  select * from {{ ref('int_target_changes') }}
),

intervals as (
  select * from {{ ref('int_target_intervals') }}
),

ranks as (
  select * from {{ ref('int_target_ranks') }}
),

gaps as (
  select * from {{ ref('int_target_gaps') }}
),

pace as (
  select * from {{ ref('int_target_pace') }}
),

sources as (
  select * from {{ ref('int_source_versions') }}
),

joined as (
  select
    progress.*,
    changes.change_prev_quarter_pct,
    changes.change_prev_quarter_count,
    changes.change_is_clear,
    changes.change_reason,
    changes.change_difference,
    changes.change_prev_year_pct,
    changes.change_prev_year_reason,
    changes.change_prev_year_difference,
    changes.prev_quarter_status,
    changes.clear_move,
    changes.was_late_in_report_before,
    changes.restarts,
    changes.same_units_since,
    changes.elapsed_period_count,
    changes.late_since_period_code,
    changes.is_certainly_late,
    changes.late_certainty,
    changes.status_may_be_chance,
    ranks.rank,
    ranks.rank_of,
    intervals.ci_low_pct,
    intervals.ci_high_pct,
    intervals.funnel_95_low_pct,
    intervals.funnel_95_high_pct,
    intervals.funnel_998_low_pct,
    intervals.funnel_998_high_pct,
    intervals.funnel_position,
    gaps.gap_reason,
    gaps.waiting_count,
    pace.required_per_quarter_pct,
    pace.pace_pct,
    pace.projected_low_pct,
    pace.projected_high_pct,
    sources.source_versions,
    progress.status in ('met', 'on_track', 'behind', 'far_behind') as has_verdict,
    periods.has_year_ended,
    progress.is_sensitive and {{ has_small_count('progress.numerator', 'progress.denominator') }} as is_protected
  from progress
  inner join {{ ref('int_periods') }} as periods on progress.period_code = periods.period_code
  inner join changes
    on progress.target_code = changes.target_code
    and progress.unit_code = changes.unit_code
    and progress.unit_valid_from = changes.unit_valid_from
    and progress.period_code = changes.period_code
    and progress.period_window = changes.period_window
  left join ranks
    on progress.target_code = ranks.target_code
    and progress.unit_code = ranks.unit_code
    and progress.unit_valid_from = ranks.unit_valid_from
    and progress.period_code = ranks.period_code
    and progress.period_window = ranks.period_window
  left join intervals
    on progress.target_code = intervals.target_code
    and progress.unit_code = intervals.unit_code
    and progress.unit_valid_from = intervals.unit_valid_from
    and progress.period_code = intervals.period_code
    and progress.period_window = intervals.period_window
  left join gaps
    on progress.target_code = gaps.target_code
    and progress.unit_code = gaps.unit_code
    and progress.unit_valid_from = gaps.unit_valid_from
    and progress.period_code = gaps.period_code
    and progress.period_window = gaps.period_window
  left join pace
    on progress.target_code = pace.target_code
    and progress.unit_code = pace.unit_code
    and progress.unit_valid_from = pace.unit_valid_from
    and progress.period_code = pace.period_code
    and progress.period_window = pace.period_window
  left join sources
    on progress.target_code = sources.target_code
    and progress.unit_code = sources.unit_code
    and progress.unit_valid_from = sources.unit_valid_from
    and progress.period_code = sources.period_code
    and progress.period_window = sources.period_window
)

select
  plan_code,
  target_code,
  unit_code,
  unit_valid_from,
  unit_level,
  parent_code,
  period_code,
  period_window,
  group_code,
  numerator,
  denominator,
  value_pct,
  cast(threshold_pct as {{ type_number() }}) as threshold_pct,
  path_pct,
  cast(common_path_pct as {{ type_number() }}) as common_path_pct,
  is_judged,
  status,
  prev_quarter_status,
  basis,
  kind,
  direction,
  is_sensitive,
  case when is_judged then value_pct - cast(threshold_pct as {{ type_number() }}) end as gap_pct,
  case when is_judged then value_pct - path_pct end as path_gap_pct,
  missing_to_path_count,
  case when gap_reason is null then missing_to_threshold_count end as missing_to_threshold_count,
  gap_reason,
  waiting_count,
  has_year_ended,
  late_since_period_code,
  change_prev_quarter_pct,
  change_prev_quarter_count,
  change_is_clear,
  clear_move,
  change_prev_year_pct,
  change_reason,
  change_difference,
  change_prev_year_reason,
  change_prev_year_difference,
  restarts,
  same_units_since,
  rollup_level,
  asked_key,
  ended_units_key,
  cast(elapsed_period_count as integer) as elapsed_period_count,
  rank,
  rank_of,
  ci_low_pct,
  ci_high_pct,
  funnel_95_low_pct,
  funnel_95_high_pct,
  funnel_998_low_pct,
  funnel_998_high_pct,
  funnel_position,
  case when has_verdict then status_may_be_chance end as status_may_be_chance,
  case when has_verdict then is_certainly_late end as is_certainly_late,
  late_certainty,
  -- A ratio of counts calls outside the funnel limits; any other figure when two reports in a row were late.
  is_certainly_late
  and current_unit_count > 0
  and not is_protected
  and case
    when not has_interval then was_late_in_report_before
    when direction = 'down' then coalesce(funnel_position in ('above_95', 'above_998'), false)
    else coalesce(funnel_position in ('below_95', 'below_998'), false)
  end as is_calling,
  value_pct is not null and denominator < {{ setting('small_base_denominator') }} as is_small_base,
  provisional_reason is not null as is_provisional,
  provisional_reason,
  bound_low_pct,
  bound_high_pct,
  bound_denominator,
  is_status_settled,
  required_per_quarter_pct,
  pace_pct,
  projected_low_pct,
  projected_high_pct,
  {{ share_pct('reported_count', 'expected_count') }} as reporting_rate_pct,
  cast(expected_count as integer) as expected_count,
  cast(reported_count as integer) as reported_count,
  cast(coalesce(part_count, counted_unit_count) as integer) as counted_unit_count,
  cast(coalesce(current_part_count, current_unit_count) as integer) as current_unit_count,
  source_versions
from joined
order by {{ progress_order() }}
