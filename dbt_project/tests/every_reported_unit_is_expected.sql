{{ config(meta={'reads': {
  'int_form_values': {'period_code': 'same', 'unit_code': 'same'},
  'int_expected_units': {'period_code': 'same', 'unit_code': 'same'}
}}) }}

-- Numbers of a unit that no seed lists for that quarter would silently be missing from every figure.
select
  form_values.unit_code,
  form_values.unit_valid_from,
  form_values.period_code
from {{ ref('int_form_values') }} as form_values
left join {{ ref('int_expected_units') }} as expected
  on form_values.unit_code = expected.unit_code
  and form_values.unit_valid_from = expected.unit_valid_from
  and form_values.period_code = expected.period_code
where expected.unit_code is null
