select
  unit_code,
  unit_valid_from,
  period_code,
  measure_code,
  sum(measure_value) as measure_value
from {{ ref('int_form_values') }}
where is_counting and measure_code in (select sizes.measure_code from {{ ref('size_measures') }} as sizes)
group by unit_code, unit_valid_from, period_code, measure_code
