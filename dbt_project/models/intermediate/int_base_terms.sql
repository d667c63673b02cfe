-- Terms of targets that are compared with the end of last year, per ward: its last answer this year and its base.
with base_targets as (
  select distinct target_code from {{ ref('target_terms') }}
  where window_rule = 'base'
),

terms as (
  select
    targets.period_code,
    target_terms.target_code,
    target_terms.term,
    target_terms.measure_code,
    targets.counted_levels,
    targets.rollup_level,
    targets.rural_only
  from {{ ref('target_terms') }} as target_terms
  inner join base_targets on target_terms.target_code = base_targets.target_code
  inner join {{ ref('int_plan_targets') }} as targets on target_terms.target_code = targets.target_code
),

periods as (
  select
    *,
    min(year) over () as first_year
  from {{ ref('int_periods') }}
),

required as (
  select
    terms.target_code,
    terms.term,
    terms.measure_code,
    expected.unit_code,
    expected.unit_valid_from,
    expected.period_code,
    expected.year,
    expected.quarter,
    {{ counted_unit('terms', 'expected', 'code') }} as counted_code,
    {{ counted_unit('terms', 'expected', 'valid_from') }} as counted_valid_from
  from terms
  inner join {{ ref('int_expected_units') }} as expected
    on terms.period_code = expected.period_code
    and {{ counts_for('terms', 'expected') }}
),

answers as (
  select
    inputs.target_code,
    inputs.reporting_unit_code as unit_code,
    inputs.reporting_unit_valid_from as unit_valid_from,
    inputs.term,
    inputs.measure_code,
    inputs.period_code,
    inputs.input_value,
    periods.year,
    periods.quarter
  from {{ ref('int_target_inputs') }} as inputs
  inner join base_targets on inputs.target_code = base_targets.target_code
  inner join periods on inputs.period_code = periods.period_code
),

windows as (
  select 'quarter' as period_window
  union all
  select 'ytd' as period_window
),

-- The quarters whose answers a figure may use: its own, and in the year to date those before it.
answered as (
  select
    answers.*,
    periods.period_code as figure_period_code,
    windows.period_window
  from answers
  inner join periods on answers.year = periods.year
  inner join windows
    on answers.quarter = periods.quarter
    or (windows.period_window = 'ytd' and periods.has_begun and answers.quarter < periods.quarter)
),

numerators as (
  select
    required.target_code,
    required.period_code,
    windows.period_window,
    required.unit_code,
    required.unit_valid_from,
    required.term,
    required.measure_code,
    required.counted_code,
    required.counted_valid_from,
    answered.period_code as source_period_code,
    answered.input_value,
    row_number() over (
      partition by
        required.target_code, required.period_code, windows.period_window, required.unit_code, required.unit_valid_from,
        required.measure_code
      order by answered.quarter desc nulls last
    ) as last_first
  from required
  cross join windows
  left join answered
    on required.target_code = answered.target_code
    and required.unit_code = answered.unit_code
    and required.unit_valid_from = answered.unit_valid_from
    and required.term = answered.term
    and required.measure_code = answered.measure_code
    and required.period_code = answered.figure_period_code
    and windows.period_window = answered.period_window
  where required.term = 'numerator'
),

last_year as (
  select
    periods.period_code,
    required.target_code,
    required.unit_code,
    required.unit_valid_from,
    required.term,
    required.measure_code,
    required.period_code as source_period_code
  from periods
  inner join periods as year_ends on periods.year = year_ends.year + 1 and year_ends.quarter = year_ends.last_quarter
  inner join required on year_ends.period_code = required.period_code
  where required.term = 'denominator'
),

-- The plan's first year has no year before it: the first quarter that the ward reported is used instead, and of wards
-- that a merger joined the first that all of them then reported.
first_year as (
  select
    figures.period_code,
    required.target_code,
    required.unit_code,
    required.unit_valid_from,
    required.term,
    required.measure_code,
    answers.period_code as source_period_code,
    answers.input_value,
    required.quarter,
    figures.quarter as figure_quarter,
    coalesce(merged.merged_key, {{ unit_key('required.unit_code', 'required.unit_valid_from') }}) as ward_group
  from periods as figures
  inner join required on figures.year = required.year and figures.quarter >= required.quarter
  left join answers
    on required.target_code = answers.target_code
    and required.unit_code = answers.unit_code
    and required.unit_valid_from = answers.unit_valid_from
    and required.term = answers.term
    and required.measure_code = answers.measure_code
    and required.period_code = answers.period_code
  left join {{ ref('int_merged_units') }} as merged
    on figures.period_code = merged.period_code
    and required.unit_code = merged.unit_code
    and required.unit_valid_from = merged.unit_valid_from
  where figures.year = figures.first_year and required.term = 'denominator'
),

first_year_quarters as (
  select
    period_code,
    target_code,
    ward_group,
    quarter,
    figure_quarter,
    count(*) = count(input_value) as is_whole
  from first_year
  group by period_code, target_code, ward_group, quarter, figure_quarter
),

first_year_bases as (
  select
    period_code,
    target_code,
    ward_group,
    coalesce(min(case when is_whole then quarter end), max(figure_quarter)) as quarter
  from first_year_quarters
  group by period_code, target_code, ward_group
),

denominators as (
  select
    last_year.period_code,
    last_year.target_code,
    last_year.unit_code,
    last_year.unit_valid_from,
    last_year.term,
    last_year.measure_code,
    last_year.source_period_code,
    answers.input_value
  from last_year
  left join answers
    on last_year.target_code = answers.target_code
    and last_year.unit_code = answers.unit_code
    and last_year.unit_valid_from = answers.unit_valid_from
    and last_year.term = answers.term
    and last_year.measure_code = answers.measure_code
    and last_year.source_period_code = answers.period_code

  union all

  select
    first_year.period_code,
    first_year.target_code,
    first_year.unit_code,
    first_year.unit_valid_from,
    first_year.term,
    first_year.measure_code,
    first_year.source_period_code,
    first_year.input_value
  from first_year
  inner join first_year_bases
    on first_year.period_code = first_year_bases.period_code
    and first_year.target_code = first_year_bases.target_code
    and first_year.ward_group = first_year_bases.ward_group
    and first_year.quarter = first_year_bases.quarter
),

both_terms as (
  select
    target_code,
    period_code,
    period_window,
    unit_code,
    unit_valid_from,
    term,
    measure_code,
    counted_code,
    counted_valid_from,
    source_period_code,
    input_value
  from numerators
  where last_first = 1

  union all

  select
    denominators.target_code,
    denominators.period_code,
    windows.period_window,
    denominators.unit_code,
    denominators.unit_valid_from,
    denominators.term,
    denominators.measure_code,
    null as counted_code,
    null as counted_valid_from,
    denominators.source_period_code,
    denominators.input_value
  from denominators
  cross join windows
),

joined as (
  select
    both_terms.*,
    coalesce(merged.merged_key, {{ unit_key('both_terms.unit_code', 'both_terms.unit_valid_from') }}) as ward_group
  from both_terms
  left join {{ ref('int_merged_units') }} as merged
    on both_terms.period_code = merged.period_code
    and both_terms.unit_code = merged.unit_code
    and both_terms.unit_valid_from = merged.unit_valid_from
),

-- A base belongs to the district of its wards.
grouped as (
  select
    target_code,
    period_code,
    period_window,
    unit_code,
    unit_valid_from,
    term,
    measure_code,
    source_period_code,
    input_value,
    ward_group,
    max(counted_code) over (partition by target_code, period_code, period_window, ward_group) as counted_code,
    max(counted_valid_from) over (
      partition by target_code, period_code, period_window, ward_group
    ) as counted_valid_from,
    min(case when input_value is null then 0 else 1 end) over (
      partition by target_code, period_code, period_window, ward_group
    ) as is_whole,
    max(case when term = 'denominator' then 1 else 0 end) over (
      partition by target_code, period_code, period_window, ward_group
    ) as has_base
  from joined
)

select
  target_code,
  counted_code,
  counted_valid_from,
  period_code,
  period_window,
  unit_code,
  unit_valid_from,
  term,
  measure_code,
  source_period_code,
  input_value,
  ward_group,
  is_whole = 1 and has_base = 1 as is_known
from grouped
where counted_code is not null
