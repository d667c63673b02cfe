-- Apart from the reports that the numbers came from, so that a correction of one number leaves the others as they are.
with cells as (
  select
    form_values.measure_code,
    form_values.category_code,
    form_values.unit_code,
    form_values.unit_valid_from,
    periods.period_number,
    form_values.measure_value
  from {{ ref('int_form_values') }} as form_values
  inner join {{ ref('form_columns') }} as columns on form_values.measure_code = columns.column_code
  inner join {{ ref('int_periods') }} as periods on form_values.period_code = periods.period_code
  where
    form_values.is_counting
    and columns.is_measure
    and columns.data_type <> 'code'
    and form_values.measure_value is not null
),

-- All periods; in an increment those that changes reach, so that no other is judged again.
judged_periods as (
  select periods.period_number
  from {{ ref('int_period_states') }} as states
  inner join {{ ref('int_periods') }} as periods on states.period_code = periods.period_code
),

outliers as (
  {{ outlier_rows(
    'cells',
    setting('outlier_least_periods'),
    setting('outlier_most_periods'),
    setting('outlier_most_zeros_pct'),
    setting('outlier_distance'),
    'numbered.period_number in (select judged_periods.period_number from judged_periods)'
  ) }}
)

select
  outliers.measure_code,
  outliers.category_code,
  outliers.unit_code,
  outliers.unit_valid_from,
  periods.period_code,
  outliers.measure_value,
  outliers.earlier_period_count,
  outliers.median_value,
  outliers.mad_value,
  {{ round_number('outliers.distance', 6) }} as distance
from outliers
inner join {{ ref('int_periods') }} as periods on outliers.period_number = periods.period_number
order by periods.period_code
