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

with_neighbours as (
  select
    progress.*,
    previous.value_pct as previous_value_pct,
    previous.status as prev_quarter_status,
    year_before.value_pct as year_before_value_pct,
    -- A cumulative figure starts again in January: last December's is no fair comparison.
    progress.kind = 'coverage' and progress.period_window = 'ytd' and periods.quarter = 1 as restarts,
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
    end as change_prev_year_reason
  from progress
  inner join periods on progress.period_code = periods.period_code
  left join progress as previous
    on progress.target_code = previous.target_code
    and progress.unit_code = previous.unit_code
    and progress.unit_valid_from = previous.unit_valid_from
    and progress.period_window = previous.period_window
    and periods.previous_period_code = previous.period_code
  left join progress as year_before
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
),

with_interval_terms as (
  select
    with_neighbours.*,
    case
      when has_interval and denominator > 0 and numerator between 0 and denominator then numerator / denominator
    end as share,
    cast({{ setting('confidence_z') }} as {{ type_number() }}) as z,
    cast({{ setting('funnel_z_outer') }} as {{ type_number() }}) as z_outer
  from with_neighbours
),

-- A funnel compares districts with the city's own ratio, each at its own size.
with_funnel_terms as (
  select
    with_interval_terms.*,
    case when with_interval_terms.share is not null then cities.share end as city_share
  from with_interval_terms
  left join with_interval_terms as cities
    on with_interval_terms.unit_level = 'district'
    and cities.unit_level = 'city'
    and with_interval_terms.parent_code = cities.unit_code
    and with_interval_terms.target_code = cities.target_code
    and with_interval_terms.period_code = cities.period_code
    and with_interval_terms.period_window = cities.period_window
),

with_funnel as (
  select
    with_funnel_terms.*,
    {{ funnel_limit('city_share', 'denominator', 'z', 'lower') }} as funnel_95_low_pct,
    {{ funnel_limit('city_share', 'denominator', 'z', 'upper') }} as funnel_95_high_pct,
    {{ funnel_limit('city_share', 'denominator', 'z_outer', 'lower') }} as funnel_998_low_pct,
    {{ funnel_limit('city_share', 'denominator', 'z_outer', 'upper') }} as funnel_998_high_pct
  from with_funnel_terms
)

select
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
  case
    when not with_funnel.restarts and with_funnel.change_reason is null
      then with_funnel.value_pct - with_funnel.previous_value_pct
  end as change_prev_quarter_pct,
  case
    when with_funnel.change_prev_year_reason is null
      then with_funnel.value_pct - with_funnel.year_before_value_pct
  end as change_prev_year_pct,
  with_funnel.change_reason,
  with_funnel.change_prev_year_reason,
  with_funnel.restarts,
  cast(
    case
      when with_funnel.value_pct is not null and with_funnel.parent_code is not null
        then
          rank() over (
            partition by
              with_funnel.target_code, with_funnel.unit_level, with_funnel.parent_code,
              with_funnel.period_code, with_funnel.period_window,
              case when with_funnel.value_pct is null then 1 else 0 end
            order by
              case when with_funnel.direction = 'down' then -1 else 1 end
              * with_funnel.value_pct desc nulls last
          )
    end as integer
  ) as rank,
  cast(
    case
      when with_funnel.parent_code is not null
        then
          count(with_funnel.value_pct) over (
            partition by
              with_funnel.target_code, with_funnel.unit_level, with_funnel.parent_code,
              with_funnel.period_code, with_funnel.period_window
          )
    end as integer
  ) as rank_of,
  {{ wilson_bound('share', 'denominator', 'z', 'lower') }} as ci_low_pct,
  {{ wilson_bound('share', 'denominator', 'z', 'upper') }} as ci_high_pct,
  with_funnel.funnel_95_low_pct,
  with_funnel.funnel_95_high_pct,
  with_funnel.funnel_998_low_pct,
  with_funnel.funnel_998_high_pct,
  case
    when with_funnel.city_share is null then null
    when with_funnel.value_pct > with_funnel.funnel_998_high_pct then 'above_998'
    when with_funnel.value_pct < with_funnel.funnel_998_low_pct then 'below_998'
    when with_funnel.value_pct > with_funnel.funnel_95_high_pct then 'above_95'
    when with_funnel.value_pct < with_funnel.funnel_95_low_pct then 'below_95'
    else 'inside'
  end as funnel_position,
  with_funnel.value_pct is not null
  and with_funnel.denominator < {{ setting('small_base_denominator') }} as is_small_base,
  with_funnel.provisional_reason is not null as is_provisional,
  with_funnel.provisional_reason,
  with_funnel.bound_low_pct,
  with_funnel.bound_high_pct,
  with_funnel.is_status_settled,
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
order by
  with_funnel.period_code, with_funnel.period_window, with_funnel.unit_level,
  with_funnel.target_code, with_funnel.unit_code
