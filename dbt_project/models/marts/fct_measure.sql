with counting as (
  select * from {{ ref('int_form_values') }}
  where is_counting
),

expected as (
  select * from {{ ref('int_expected_units') }}
)

select
  counting.measure_code,
  counting.category_code,
  counting.unit_code,
  counting.unit_valid_from,
  expected.unit_level,
  expected.parent_code,
  counting.period_code,
  counting.form_code,
  counting.measure_value,
  counting.answer_code,
  counting.submission_id,
  counting.version as submission_version
from counting
inner join expected
  on counting.unit_code = expected.unit_code
  and counting.unit_valid_from = expected.unit_valid_from
  and counting.period_code = expected.period_code
order by counting.period_code, counting.measure_code, counting.unit_code
