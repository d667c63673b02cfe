-- How much a unit's own figure has grown from a quarter to its year's end, in each past year that can be compared.
with figures as (
  select
    statuses.target_code,
    statuses.unit_code,
    statuses.unit_valid_from,
    statuses.value_pct,
    statuses.counted_units_key,
    periods.year,
    periods.quarter,
    periods.quarter_count
  from {{ ref('int_target_statuses') }} as statuses
  inner join {{ ref('int_periods') }} as periods on statuses.period_code = periods.period_code
  where
    statuses.period_window = 'ytd'
    and statuses.kind in ('coverage', 'amount')
    and statuses.value_pct is not null
),

steps as (
  select
    figures.target_code,
    figures.unit_code,
    figures.unit_valid_from,
    figures.year,
    figures.quarter,
    year_ends.value_pct - figures.value_pct as step_pct
  from figures
  inner join figures as year_ends
    on figures.target_code = year_ends.target_code
    and figures.unit_code = year_ends.unit_code
    and figures.unit_valid_from = year_ends.unit_valid_from
    and figures.year = year_ends.year
    and year_ends.quarter = year_ends.quarter_count
    and figures.quarter < year_ends.quarter
    -- Where the units counted changed on the way, the year's end stands on other ground.
    and not {{ differ('figures.counted_units_key', 'year_ends.counted_units_key') }}
)

select
  figures.target_code,
  figures.unit_code,
  figures.unit_valid_from,
  periods.period_code,
  count(*) as past_year_count,
  min(steps.step_pct) as smallest_step_pct,
  max(steps.step_pct) as largest_step_pct
from figures
inner join {{ ref('int_periods') }} as periods
  on figures.year = periods.year and figures.quarter = periods.quarter
inner join steps
  on figures.target_code = steps.target_code
  and figures.unit_code = steps.unit_code
  and figures.unit_valid_from = steps.unit_valid_from
  and figures.quarter = steps.quarter
  and figures.year > steps.year
group by figures.target_code, figures.unit_code, figures.unit_valid_from, periods.period_code
