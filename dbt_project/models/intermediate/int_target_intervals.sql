-- Intervals and funnel limits of ratios of counts, and whether chance alone explains a status.
with ratios as (
  select
    *,
    cast({{ setting('confidence_z') }} as {{ type_number() }}) as z
  from {{ ref('int_target_ratios') }}
),

limits as (
  select * from {{ ref('int_binomial_limits') }}
),

with_limits as (
  select
    ratios.*,
    line_limits.low_count as line_low_count,
    line_limits.high_count as line_high_count,
    city_limits.low_count,
    city_limits.high_count,
    city_limits.outer_low_count,
    city_limits.outer_high_count
  from ratios
  left join limits as line_limits
    on ratios.denominator = line_limits.trial_count and ratios.line_share = line_limits.share
  left join limits as city_limits
    on ratios.denominator = city_limits.trial_count and ratios.city_share = city_limits.share
)

-- A status may be chance where the exact binomial tail at the line is not small. A ratio of 100 % is never chance.
select
  target_code,
  unit_code,
  unit_valid_from,
  period_code,
  period_window,
  {{ wilson_bound('share', 'denominator', 'z', 'lower') }} as ci_low_pct,
  {{ wilson_bound('share', 'denominator', 'z', 'upper') }} as ci_high_pct,
  100.0 * low_count / denominator as funnel_95_low_pct,
  100.0 * high_count / denominator as funnel_95_high_pct,
  100.0 * outer_low_count / denominator as funnel_998_low_pct,
  100.0 * outer_high_count / denominator as funnel_998_high_pct,
  case
    when city_share is null then null
    when numerator > outer_high_count then 'above_998'
    when numerator < outer_low_count then 'below_998'
    when numerator > high_count then 'above_95'
    when numerator < low_count then 'below_95'
    else 'inside'
  end as funnel_position,
  case
    when line_share is null then null
    when direction <> 'down' and numerator = denominator then false
    when direction = 'down' and numerator = 0 then false
    when line_share > 1 then false
    when (direction = 'down') = (status in ('behind', 'far_behind')) then numerator <= line_high_count
    else numerator >= line_low_count
  end as status_may_be_chance
from with_limits
order by {{ period_order() }}
