{% set course = 'partition by target_code, unit_code, unit_valid_from, period_window order by period_code' %}
with progress as (
  select * from {{ ref('int_target_statuses') }}
),

periods as (
  select * from {{ ref('int_periods') }}
),

sources as (
  select * from {{ ref('int_source_versions') }}
),

breaks as (
  select * from {{ ref('int_series_breaks') }}
),

projections as (
  select * from {{ ref('int_target_projections') }}
),

with_shares as (
  select
    progress.*,
    case
      when has_interval and denominator > 0 and numerator between 0 and denominator then numerator / denominator
    end as share,
    cast({{ setting('confidence_z') }} as {{ type_number() }}) as z,
    cast({{ setting('funnel_z_outer') }} as {{ type_number() }}) as z_outer
  from progress
),

with_intervals as (
  select
    with_shares.*,
    {{ wilson_bound('share', 'denominator', 'z', 'lower') }} as ci_low_pct,
    {{ wilson_bound('share', 'denominator', 'z', 'upper') }} as ci_high_pct
  from with_shares
),

-- Courses and ranks are worked out on rows of a few columns: to sort whole rows takes three times as long.
changes as (
  select
    target_code,
    unit_code,
    unit_valid_from,
    period_window,
    period_code,
    status,
    counted_units_key,
    case
      when value_pct is not null and authority_code is not null
        then
          rank() over (
            partition by
              target_code, unit_level, authority_code, period_code, period_window,
              case when value_pct is null then 1 else 0 end
            order by case when direction = 'down' then -1 else 1 end * value_pct desc nulls last
          )
    end as rank,
    case
      when authority_code is not null
        then
          count(value_pct) over (
            partition by target_code, unit_level, authority_code, period_code, period_window
          )
    end as rank_of,
    case
      when
        {{ differ('counted_units_key', 'lag(counted_units_key) over (' ~ course ~ ')') }}
        then period_code
    end as changed_period_code
  from progress
),

grounds as (
  select
    changes.*,
    case
      when counted_units_key is not null then max(changed_period_code) over ({{ course }})
    end as same_units_since,
    max(case when status in ('met', 'on_track') then period_code end) over ({{ course }}) as last_good_period_code
  from changes
),

-- A quarter without a figure ends no lateness: silence is no progress.
courses as (
  select
    grounds.*,
    case
      when status in ('behind', 'far_behind')
        then
          min(case when status in ('behind', 'far_behind') then period_code end) over (
            partition by target_code, unit_code, unit_valid_from, period_window, last_good_period_code
          )
    end as late_since_period_code
  from grounds
),

with_neighbours as (
  select
    progress.*,
    courses.same_units_since,
    courses.late_since_period_code,
    courses.rank,
    courses.rank_of,
    previous.value_pct as previous_value_pct,
    previous.ci_low_pct as previous_ci_low_pct,
    previous.ci_high_pct as previous_ci_high_pct,
    previous.status as prev_quarter_status,
    year_before.value_pct as year_before_value_pct,
    -- A cumulative figure starts again in January: last December's is no fair comparison.
    progress.kind in ('coverage', 'amount') and progress.period_window = 'ytd' and periods.quarter = 1 as restarts,
    case
      when
        progress.value_pct is not null
        and previous.value_pct is not null
        and (
          not quarter_break.is_boundary_only
          or (
            quarter_break.is_boundary_only
            and {{ differ('progress.counted_units_key', 'previous.counted_units_key') }}
          )
        )
        then 'not_comparable'
    end as change_reason,
    case
      when
        progress.value_pct is not null
        and year_before.value_pct is not null
        and (
          not year_break.is_boundary_only
          or (
            year_break.is_boundary_only
            and {{ differ('progress.counted_units_key', 'year_before.counted_units_key') }}
          )
        )
        then 'not_comparable'
    end as change_prev_year_reason,
    -- What is still asked of a sum of the year, and what has become of it in other years; at its end nothing is.
    case
      when progress.kind in ('coverage', 'amount') and progress.period_window = 'ytd'
        then nullif(periods.quarter_count - periods.quarter, 0)
    end as quarters_left,
    periods.quarter - progress.first_quarter + 1 as quarters_gone,
    case when projections.past_year_count >= 2 then projections.smallest_step_pct end as smallest_step_pct,
    case when projections.past_year_count >= 2 then projections.largest_step_pct end as largest_step_pct
  from with_intervals as progress
  inner join periods on progress.period_code = periods.period_code
  inner join courses
    on progress.target_code = courses.target_code
    and progress.unit_code = courses.unit_code
    and progress.unit_valid_from = courses.unit_valid_from
    and progress.period_window = courses.period_window
    and progress.period_code = courses.period_code
  left join with_intervals as previous
    on progress.target_code = previous.target_code
    and progress.unit_code = previous.unit_code
    and progress.unit_valid_from = previous.unit_valid_from
    and progress.period_window = previous.period_window
    and periods.previous_period_code = previous.period_code
  left join with_intervals as year_before
    on progress.target_code = year_before.target_code
    and progress.unit_code = year_before.unit_code
    and progress.unit_valid_from = year_before.unit_valid_from
    and progress.period_window = year_before.period_window
    and periods.previous_year_period_code = year_before.period_code
  left join breaks as quarter_break
    on progress.target_code = quarter_break.target_code
    and progress.period_code = quarter_break.period_code
    and quarter_break.comparison = 'prev_quarter'
  left join breaks as year_break
    on progress.target_code = year_break.target_code
    and progress.period_code = year_break.period_code
    and year_break.comparison = 'prev_year'
  left join projections
    on progress.target_code = projections.target_code
    and progress.unit_code = projections.unit_code
    and progress.unit_valid_from = projections.unit_valid_from
    and progress.period_code = projections.period_code
),

with_changes as (
  select
    with_neighbours.*,
    case
      when not restarts and change_reason is null then value_pct - previous_value_pct
    end as change_prev_quarter_pct,
    {{ newcombe_bound(
      'value_pct', 'ci_low_pct', 'ci_high_pct', 'previous_value_pct', 'previous_ci_low_pct', 'previous_ci_high_pct', 'lower'
    ) }} as change_low_pct,
    {{ newcombe_bound(
      'value_pct', 'ci_low_pct', 'ci_high_pct', 'previous_value_pct', 'previous_ci_low_pct', 'previous_ci_high_pct', 'upper'
    ) }} as change_high_pct
  from with_neighbours
),

-- A funnel compares what stands directly under the city, areas too, with the city's own ratio, each at its own size.
with_funnel_terms as (
  select
    with_changes.*,
    case when with_changes.share is not null then cities.share end as city_share
  from with_changes
  left join with_changes as cities
    on cities.unit_level = 'city'
    and with_changes.authority_code = cities.unit_code
    and with_changes.target_code = cities.target_code
    and with_changes.period_code = cities.period_code
    and with_changes.period_window = cities.period_window
),

with_limits as (
  select
    with_funnel_terms.*,
    {{ funnel_limit('city_share', 'denominator', 'z', 'lower') }} as funnel_95_low_pct,
    {{ funnel_limit('city_share', 'denominator', 'z', 'upper') }} as funnel_95_high_pct,
    {{ funnel_limit('city_share', 'denominator', 'z_outer', 'lower') }} as funnel_998_low_pct,
    {{ funnel_limit('city_share', 'denominator', 'z_outer', 'upper') }} as funnel_998_high_pct
  from with_funnel_terms
),

-- A status may be chance where the interval holds the line between late and not late. Where no interval makes sense,
-- everybody was counted, and nothing is left to chance.
with_funnel as (
  select
    with_limits.*,
    case
      when city_share is null then null
      when value_pct > funnel_998_high_pct then 'above_998'
      when value_pct < funnel_998_low_pct then 'below_998'
      when value_pct > funnel_95_high_pct then 'above_95'
      when value_pct < funnel_95_low_pct then 'below_95'
      else 'inside'
    end as funnel_position,
    case
      when status in ('met', 'on_track', 'behind', 'far_behind')
        then coalesce(coalesce(path_pct, threshold_pct) between ci_low_pct and ci_high_pct, false)
    end as status_may_be_chance,
    is_sensitive and {{ has_small_count('numerator', 'denominator') }} as is_protected
  from with_limits
)

select
  with_funnel.plan_code,
  with_funnel.target_code,
  with_funnel.unit_code,
  with_funnel.unit_valid_from,
  with_funnel.unit_level,
  with_funnel.parent_code,
  with_funnel.period_code,
  with_funnel.period_window,
  with_funnel.group_code,
  with_funnel.numerator,
  with_funnel.denominator,
  with_funnel.value_pct,
  cast(with_funnel.threshold_pct as {{ type_number() }}) as threshold_pct,
  cast(with_funnel.path_pct as {{ type_number() }}) as path_pct,
  with_funnel.status,
  case
    when not with_funnel.restarts and with_funnel.change_reason is null then with_funnel.prev_quarter_status
  end as prev_quarter_status,
  with_funnel.basis,
  with_funnel.kind,
  with_funnel.direction,
  with_funnel.is_sensitive,
  with_funnel.value_pct - cast(with_funnel.threshold_pct as {{ type_number() }}) as gap_pct,
  with_funnel.value_pct - cast(with_funnel.path_pct as {{ type_number() }}) as path_gap_pct,
  with_funnel.missing_to_path_count,
  with_funnel.missing_to_threshold_count,
  with_funnel.late_since_period_code,
  with_funnel.change_prev_quarter_pct,
  case
    when with_funnel.change_prev_quarter_pct is null then null
    when not with_funnel.has_interval then with_funnel.change_prev_quarter_pct <> 0
    else with_funnel.change_low_pct > 0 or with_funnel.change_high_pct < 0
  end as change_is_clear,
  case
    when with_funnel.change_prev_year_reason is null
      then with_funnel.value_pct - with_funnel.year_before_value_pct
  end as change_prev_year_pct,
  with_funnel.change_reason,
  with_funnel.change_prev_year_reason,
  with_funnel.restarts,
  with_funnel.same_units_since,
  cast(with_funnel.rank as integer) as rank,
  cast(with_funnel.rank_of as integer) as rank_of,
  with_funnel.ci_low_pct,
  with_funnel.ci_high_pct,
  with_funnel.funnel_95_low_pct,
  with_funnel.funnel_95_high_pct,
  with_funnel.funnel_998_low_pct,
  with_funnel.funnel_998_high_pct,
  with_funnel.funnel_position,
  with_funnel.status_may_be_chance,
  with_funnel.status in ('behind', 'far_behind')
  and not with_funnel.status_may_be_chance
  and coalesce(with_funnel.provisional_reason, '') not in ('not_reported', 'rejected', 'carried')
  and not with_funnel.is_protected
  and case
    when with_funnel.funnel_position is null
      then with_funnel.late_since_period_code < with_funnel.period_code
    when with_funnel.direction = 'down' then with_funnel.funnel_position in ('above_95', 'above_998')
    else with_funnel.funnel_position in ('below_95', 'below_998')
  end as is_calling,
  with_funnel.value_pct is not null
  and with_funnel.denominator < {{ setting('small_base_denominator') }} as is_small_base,
  with_funnel.provisional_reason is not null as is_provisional,
  with_funnel.provisional_reason,
  with_funnel.bound_low_pct,
  with_funnel.bound_high_pct,
  with_funnel.bound_denominator,
  with_funnel.is_status_settled,
  case
    when
      with_funnel.quarters_left is not null
      and with_funnel.value_pct is not null
      and with_funnel.threshold_pct is not null
      then
        greatest(0, cast(with_funnel.threshold_pct as {{ type_number() }}) - with_funnel.value_pct)
        / with_funnel.quarters_left
  end as required_per_quarter_pct,
  case
    when with_funnel.quarters_left is not null then with_funnel.value_pct / with_funnel.quarters_gone
  end as pace_pct,
  case
    when with_funnel.quarters_left is not null then with_funnel.value_pct + with_funnel.smallest_step_pct
  end as projected_low_pct,
  case
    when with_funnel.quarters_left is not null then with_funnel.value_pct + with_funnel.largest_step_pct
  end as projected_high_pct,
  100.0 * with_funnel.reported_count / nullif(with_funnel.expected_count, 0) as reporting_rate_pct,
  cast(with_funnel.expected_count as integer) as expected_count,
  cast(with_funnel.reported_count as integer) as reported_count,
  sources.source_versions
from with_funnel
left join sources
  on with_funnel.target_code = sources.target_code
  and with_funnel.unit_code = sources.unit_code
  and with_funnel.unit_valid_from = sources.unit_valid_from
  and with_funnel.period_code = sources.period_code
  and with_funnel.period_window = sources.period_window
-- Courses of a unit and of a target ask for few rows of every quarter: they stand close together.
order by
  with_funnel.period_window, with_funnel.unit_level, with_funnel.period_code,
  with_funnel.target_code, with_funnel.unit_code
