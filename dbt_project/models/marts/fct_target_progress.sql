with progress as (
  select * from {{ ref('int_target_statuses') }}
),

periods as (
  select * from {{ ref('int_periods') }}
),

sources as (
  select * from {{ ref('int_source_versions') }}
),

with_neighbours as (
  select
    progress.*,
    previous.value_pct as previous_value_pct,
    previous.status as prev_quarter_status,
    year_before.value_pct as year_before_value_pct,
    -- A cumulative figure starts again in January: last December's is no fair comparison.
    progress.kind = 'coverage' and progress.period_window = 'ytd' and periods.quarter = 1 as restarts
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
),

with_interval_terms as (
  select
    with_neighbours.*,
    case
      when has_interval and denominator > 0 and numerator between 0 and denominator then numerator / denominator
    end as share,
    cast({{ setting('confidence_z') }} as {{ type_number() }}) as z
  from with_neighbours
)

select
  with_interval_terms.target_code,
  with_interval_terms.unit_code,
  with_interval_terms.unit_valid_from,
  with_interval_terms.unit_level,
  with_interval_terms.parent_code,
  with_interval_terms.period_code,
  with_interval_terms.period_window,
  with_interval_terms.group_code,
  with_interval_terms.numerator,
  with_interval_terms.denominator,
  with_interval_terms.value_pct,
  cast(with_interval_terms.threshold_pct as {{ type_number() }}) as threshold_pct,
  cast(with_interval_terms.path_pct as {{ type_number() }}) as path_pct,
  with_interval_terms.status,
  case when not with_interval_terms.restarts then with_interval_terms.prev_quarter_status end as prev_quarter_status,
  with_interval_terms.basis,
  with_interval_terms.kind,
  with_interval_terms.direction,
  with_interval_terms.is_sensitive,
  with_interval_terms.value_pct - cast(with_interval_terms.threshold_pct as {{ type_number() }}) as gap_pct,
  with_interval_terms.value_pct - cast(with_interval_terms.path_pct as {{ type_number() }}) as path_gap_pct,
  case
    when not with_interval_terms.restarts
      then with_interval_terms.value_pct - with_interval_terms.previous_value_pct
  end as change_prev_quarter_pct,
  with_interval_terms.value_pct - with_interval_terms.year_before_value_pct as change_prev_year_pct,
  cast(
    case
      when with_interval_terms.value_pct is not null and with_interval_terms.parent_code is not null
        then
          rank() over (
            partition by
              with_interval_terms.target_code, with_interval_terms.unit_level, with_interval_terms.parent_code,
              with_interval_terms.period_code, with_interval_terms.period_window,
              case when with_interval_terms.value_pct is null then 1 else 0 end
            order by
              case when with_interval_terms.direction = 'down' then -1 else 1 end
              * with_interval_terms.value_pct desc nulls last
          )
    end as integer
  ) as rank,
  cast(
    case
      when with_interval_terms.parent_code is not null
        then
          count(with_interval_terms.value_pct) over (
            partition by
              with_interval_terms.target_code, with_interval_terms.unit_level, with_interval_terms.parent_code,
              with_interval_terms.period_code, with_interval_terms.period_window
          )
    end as integer
  ) as rank_of,
  {{ wilson_bound('share', 'denominator', 'z', 'lower') }} as ci_low_pct,
  {{ wilson_bound('share', 'denominator', 'z', 'upper') }} as ci_high_pct,
  coalesce(
    with_interval_terms.denominator > 0
    and with_interval_terms.denominator < {{ setting('small_base_denominator') }},
    false
  ) as is_small_base,
  with_interval_terms.numerator is not null
  and with_interval_terms.reported_count < with_interval_terms.expected_count as is_provisional,
  100.0 * with_interval_terms.reported_count / nullif(with_interval_terms.expected_count, 0) as reporting_rate_pct,
  cast(with_interval_terms.expected_count as integer) as expected_count,
  cast(with_interval_terms.reported_count as integer) as reported_count,
  sources.source_versions
from with_interval_terms
left join sources
  on with_interval_terms.unit_code = sources.unit_code
  and with_interval_terms.unit_valid_from = sources.unit_valid_from
  and with_interval_terms.period_code = sources.period_code
  and with_interval_terms.period_window = sources.period_window
order by
  with_interval_terms.period_code, with_interval_terms.period_window, with_interval_terms.unit_level,
  with_interval_terms.target_code, with_interval_terms.unit_code
