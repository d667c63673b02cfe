-- A form column that is a measure in the seed must be marked as a measure in staging.yml, and vice versa.
{% set staged = [] %}
{% for form in [
  ('B1', 'stg_b1_communication'), ('B2', 'stg_b2_integration'), ('B3', 'stg_b3_inspection_team'),
  ('B4', 'stg_b4_training'), ('B5', 'stg_b5_inspection'), ('B6', 'stg_b6_cases'), ('B7', 'stg_b7_support')
] %}
  {% for column in measure_columns(form[1]) %}
    {% do staged.append("select '" ~ form[0] ~ "' as form_code, '" ~ column ~ "' as column_code") %}
  {% endfor %}
{% endfor %}
with staged as (
  {{ staged | join(' union all ') if staged else "select '' as form_code, '' as column_code" }}
),

seeded as (
  select
    form_code,
    column_code
  from {{ ref('form_columns') }}
  where is_measure
)

select coalesce(staged.column_code, seeded.column_code) as column_code
from staged
full outer join seeded
  on staged.form_code = seeded.form_code and staged.column_code = seeded.column_code
where staged.column_code is null or seeded.column_code is null
