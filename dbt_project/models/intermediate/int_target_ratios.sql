-- Ratios of counts with what they are compared with: the line between late and not late, and the city's ratio.
with ratios as (
  select
    target_code,
    unit_code,
    unit_valid_from,
    unit_level,
    authority_code,
    period_code,
    period_window,
    direction,
    is_judged,
    status,
    numerator,
    denominator,
    numerator / denominator as share,
    line_share
  from {{ ref('int_target_statuses') }}
  where has_interval and denominator > 0 and numerator between 0 and denominator
),

cities as (
  select
    target_code,
    unit_code,
    period_code,
    period_window,
    share
  from ratios
  where authority_code is null and is_judged
)

-- The funnel compares units directly under the city, areas included, once the city's own row is judged.
select
  ratios.target_code,
  ratios.unit_code,
  ratios.unit_valid_from,
  ratios.period_code,
  ratios.period_window,
  ratios.direction,
  ratios.status,
  ratios.numerator,
  ratios.denominator,
  ratios.share,
  case when ratios.status in ('met', 'on_track', 'behind', 'far_behind') then ratios.line_share end as line_share,
  case when ratios.is_judged then cities.share end as city_share
from ratios
left join cities
  on ratios.authority_code = cities.unit_code
  and ratios.target_code = cities.target_code
  and ratios.period_code = cities.period_code
  and ratios.period_window = cities.period_window
