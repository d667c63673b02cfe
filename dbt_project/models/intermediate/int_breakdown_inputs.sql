-- The reported numbers that enter a breakdown, with the reporting unit and the unit they are counted in.
with measure_values as (
  select * from {{ ref('int_form_values') }}
  where is_counting
),

categories as (
  select * from {{ ref('dim_target_breakdown') }}
),

targets as (
  select * from {{ ref('int_plan_targets') }}
),

expected as (
  select * from {{ ref('int_expected_units') }}
),

category_measures as (
  select
    target_code,
    breakdown_code,
    category_code,
    measure_category_code,
    measure_code,
    false as is_base
  from categories
  union all
  select
    target_code,
    breakdown_code,
    category_code,
    measure_category_code,
    base_measure_code as measure_code,
    true as is_base
  from categories
  where base_measure_code is not null
),

-- A rolled-up target is counted in districts: the numbers of wards are added up there.
counted_values as (
  select
    category_measures.target_code,
    category_measures.breakdown_code,
    category_measures.category_code,
    {{ counted_unit('targets', 'expected', 'code') }} as unit_code,
    {{ counted_unit('targets', 'expected', 'valid_from') }} as unit_valid_from,
    expected.unit_code as reporting_unit_code,
    expected.unit_valid_from as reporting_unit_valid_from,
    expected.reporter_code,
    expected.reporter_valid_from,
    expected.period_code,
    case when not category_measures.is_base then measure_values.measure_value end as counted_value,
    case when category_measures.is_base then measure_values.measure_value end as base_value
  from measure_values
  inner join category_measures
    on measure_values.measure_code = category_measures.measure_code
    and coalesce(category_measures.measure_category_code, measure_values.category_code) = measure_values.category_code
  inner join targets
    on category_measures.target_code = targets.target_code and measure_values.period_code = targets.period_code
  inner join expected
    on measure_values.unit_code = expected.unit_code
    and measure_values.unit_valid_from = expected.unit_valid_from
    and measure_values.period_code = expected.period_code
    and {{ counts_for('targets', 'expected') }}
),

summed as (
  select
    target_code,
    breakdown_code,
    category_code,
    unit_code,
    unit_valid_from,
    reporting_unit_code,
    reporting_unit_valid_from,
    reporter_code,
    reporter_valid_from,
    period_code,
    sum(counted_value) as counted_value,
    sum(base_value) as base_value
  from counted_values
  group by
    target_code, breakdown_code, category_code, unit_code, unit_valid_from,
    reporting_unit_code, reporting_unit_valid_from, reporter_code, reporter_valid_from, period_code
  {{ planned_apart() }}
)

select * from summed
order by period_code
