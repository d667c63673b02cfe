-- Every number of every accepted version, one row per measure.
with form_values as (
  select * from {{ ref('stg_form_values') }}
),

submissions as (
  select * from {{ ref('int_submissions') }}
  where verdict = 'accepted'
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
