-- Every number of every accepted version, one row per measure.
with form_values as (
  {{ long_form('B1', 'stg_b1_communication') }}
  union all
  {{ long_form('B2', 'stg_b2_integration') }}
  union all
  {{ long_form('B3', 'stg_b3_inspection_team') }}
  union all
  {{ long_form('B4', 'stg_b4_training') }}
  union all
  {{ long_form('B5', 'stg_b5_inspection', 'establishment_type') }}
  union all
  {{ long_form('B6', 'stg_b6_cases') }}
  union all
  {{ long_form('B7', 'stg_b7_support') }}
),

submissions as (
  select * from {{ ref('int_submissions') }} where verdict = 'accepted'
)

select
  form_values.submission_id,
  form_values.form_code,
  form_values.unit_code,
  form_values.unit_valid_from,
  form_values.category_code,
  form_values.measure_code,
  form_values.measure_value,
  form_values.answer_code,
  submissions.reporter_code,
  submissions.reporter_valid_from,
  submissions.period_code,
  submissions.version,
  submissions.is_counting,
  submissions.previous_submission_id
from form_values
inner join submissions on form_values.submission_id = submissions.submission_id
where form_values.measure_value is not null or form_values.answer_code is not null
