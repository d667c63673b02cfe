-- What a correction changed, cell by cell, against the version before it.
with form_values as (
  select * from {{ ref('int_form_values') }}
),

corrections as (
  select * from {{ ref('int_submissions') }}
  where previous_submission_id is not null
),

before_values as (
  select
    corrections.submission_id,
    form_values.form_code,
    form_values.unit_code,
    form_values.unit_valid_from,
    form_values.category_code,
    form_values.measure_code,
    form_values.measure_value,
    form_values.answer_code
  from corrections
  inner join form_values on corrections.previous_submission_id = form_values.submission_id
),

after_values as (
  select
    corrections.submission_id,
    form_values.form_code,
    form_values.unit_code,
    form_values.unit_valid_from,
    form_values.category_code,
    form_values.measure_code,
    form_values.measure_value,
    form_values.answer_code
  from corrections
  inner join form_values on corrections.submission_id = form_values.submission_id
),

compared as (
  select
    coalesce(after_values.submission_id, before_values.submission_id) as submission_id,
    coalesce(after_values.form_code, before_values.form_code) as form_code,
    coalesce(after_values.unit_code, before_values.unit_code) as unit_code,
    coalesce(after_values.unit_valid_from, before_values.unit_valid_from) as unit_valid_from,
    coalesce(after_values.category_code, before_values.category_code) as category_code,
    coalesce(after_values.measure_code, before_values.measure_code) as measure_code,
    before_values.measure_value as old_value,
    after_values.measure_value as new_value,
    before_values.answer_code as old_answer,
    after_values.answer_code as new_answer
  from after_values
  full outer join before_values
    on after_values.submission_id = before_values.submission_id
    and after_values.unit_code = before_values.unit_code
    and after_values.unit_valid_from = before_values.unit_valid_from
    and after_values.category_code = before_values.category_code
    and after_values.measure_code = before_values.measure_code
)

select
  compared.submission_id,
  corrections.reporter_code,
  corrections.reporter_valid_from,
  corrections.period_code,
  cast(corrections.version as integer) as version,
  corrections.received_at,
  compared.form_code,
  compared.unit_code,
  compared.unit_valid_from,
  compared.category_code,
  compared.measure_code,
  compared.old_value,
  compared.new_value,
  compared.old_answer,
  compared.new_answer
from compared
inner join corrections on compared.submission_id = corrections.submission_id
where
  compared.old_value <> compared.new_value
  or (compared.old_value is null and compared.new_value is not null)
  or (compared.old_value is not null and compared.new_value is null)
  or {{ differ('compared.old_answer', 'compared.new_answer') }}
