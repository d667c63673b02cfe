with cells as (
  select
    fct_measure.measure_code,
    fct_measure.category_code,
    fct_measure.unit_code,
    fct_measure.unit_valid_from,
    periods.period_number,
    fct_measure.measure_value
  from {{ ref('fct_measure') }} as fct_measure
  inner join {{ ref('form_columns') }} as columns on fct_measure.measure_code = columns.column_code
  inner join {{ ref('int_periods') }} as periods on fct_measure.period_code = periods.period_code
  where columns.is_measure and columns.data_type <> 'code' and fct_measure.measure_value is not null
),

outliers as (
  {{ outlier_rows(
    'cells',
    setting('outlier_least_periods'),
    setting('outlier_most_periods'),
    setting('outlier_most_zeros_pct'),
    setting('outlier_distance')
  ) }}
)

select
  outliers.measure_code,
  outliers.category_code,
  outliers.unit_code,
  outliers.unit_valid_from,
  measures.unit_level,
  measures.parent_code,
  measures.period_code,
  measures.form_code,
  outliers.measure_value,
  cast(outliers.earlier_period_count as integer) as earlier_period_count,
  cast(outliers.median_value as {{ type_number() }}) as median_value,
  cast(outliers.mad_value as {{ type_number() }}) as mad_value,
  {{ round_number('outliers.distance', 6) }} as distance,
  measures.submission_id,
  measures.submission_version
from outliers
inner join {{ ref('int_periods') }} as periods on outliers.period_number = periods.period_number
inner join {{ ref('fct_measure') }} as measures
  on outliers.measure_code = measures.measure_code
  and outliers.category_code = measures.category_code
  and outliers.unit_code = measures.unit_code
  and outliers.unit_valid_from = measures.unit_valid_from
  and periods.period_code = measures.period_code
