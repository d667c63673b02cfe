select
  outliers.measure_code,
  outliers.category_code,
  outliers.unit_code,
  outliers.unit_valid_from,
  measures.unit_level,
  measures.parent_code,
  outliers.period_code,
  measures.form_code,
  outliers.measure_value,
  cast(outliers.earlier_period_count as integer) as earlier_period_count,
  cast(outliers.median_value as {{ type_number() }}) as median_value,
  cast(outliers.mad_value as {{ type_number() }}) as mad_value,
  outliers.distance,
  measures.submission_id,
  measures.submission_version
from {{ ref('int_outliers') }} as outliers
inner join {{ ref('fct_measure') }} as measures
  on outliers.measure_code = measures.measure_code
  and outliers.category_code = measures.category_code
  and outliers.unit_code = measures.unit_code
  and outliers.unit_valid_from = measures.unit_valid_from
  and outliers.period_code = measures.period_code
