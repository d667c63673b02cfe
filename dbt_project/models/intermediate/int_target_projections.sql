-- The growth of a unit's figure from a quarter to the end of its year, in each comparable past year.
with figures as (
  select
    statuses.target_code,
    statuses.unit_code,
    statuses.unit_valid_from,
    statuses.period_code,
    statuses.value_pct,
    statuses.counted_units_key,
    periods.year,
    periods.quarter,
    periods.quarter_count,
    periods.last_quarter
  from {{ ref('int_target_statuses') }} as statuses
  inner join {{ ref('int_periods') }} as periods on statuses.period_code = periods.period_code
  where statuses.period_window = 'ytd' and statuses.kind in ('coverage', 'amount')
),

disrupted_years as (
  select distinct
    coalesce(series_breaks.target_code, targets.target_code) as target_code,
    periods.year
  from {{ ref('series_breaks') }} as series_breaks
  inner join {{ ref('int_periods') }} as periods on series_breaks.period_code = periods.period_code
  cross join {{ ref('targets') }} as targets
  where series_breaks.kind = 'disruption'
),

-- Years in which one set of units was counted from the first to the last quarter, and nothing disrupted the work.
whole_years as (
  select
    figures.target_code,
    figures.unit_code,
    figures.unit_valid_from,
    figures.year,
    max(figures.counted_units_key) as counted_units_key,
    max(case when figures.quarter = figures.last_quarter then figures.value_pct end) as year_end_value_pct
  from figures
  left join disrupted_years
    on figures.target_code = disrupted_years.target_code and figures.year = disrupted_years.year
  where disrupted_years.year is null
  group by figures.target_code, figures.unit_code, figures.unit_valid_from, figures.year
  having
    count(distinct figures.counted_units_key) = 1
    and count(figures.counted_units_key) = max(figures.quarter_count)
),

steps as (
  select
    figures.target_code,
    figures.unit_code,
    figures.unit_valid_from,
    figures.year,
    figures.quarter,
    figures.quarter_count,
    whole_years.counted_units_key,
    whole_years.year_end_value_pct - figures.value_pct as step_pct
  from figures
  inner join whole_years
    on figures.target_code = whole_years.target_code
    and figures.unit_code = whole_years.unit_code
    and figures.unit_valid_from = whole_years.unit_valid_from
    and figures.year = whole_years.year
  where figures.quarter < figures.last_quarter and whole_years.year_end_value_pct - figures.value_pct is not null
)

select
  figures.target_code,
  figures.unit_code,
  figures.unit_valid_from,
  figures.period_code,
  count(*) as past_year_count,
  min(steps.step_pct) as smallest_step_pct,
  max(steps.step_pct) as largest_step_pct
from figures
inner join steps
  on figures.target_code = steps.target_code
  and figures.unit_code = steps.unit_code
  and figures.unit_valid_from = steps.unit_valid_from
  and figures.quarter = steps.quarter
  and figures.quarter_count = steps.quarter_count
  and figures.year > steps.year
  and figures.counted_units_key = steps.counted_units_key
where figures.value_pct is not null
group by figures.target_code, figures.unit_code, figures.unit_valid_from, figures.period_code
