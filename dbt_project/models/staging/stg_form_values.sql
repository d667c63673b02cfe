-- The counted cells of every form in the seed `forms`: a form or column that a plan adds needs no model of its own.
-- depends_on: {{ ref('forms') }} {{ source('raw', 'form_tables') }}
{% for form in counted_forms() %}
  {{ long_form(form) }}
  {{ 'union all' if not loop.last }}
{% else %}
  select
    cast(null as bigint) as submission_id,
    cast(null as {{ var('type_string') }}) as form_code,
    cast(null as {{ var('type_string') }}) as unit_code,
    cast(null as date) as unit_valid_from,
    cast(null as {{ var('type_string') }}) as category_code,
    cast(null as {{ var('type_string') }}) as measure_code,
    cast(null as {{ type_number() }}) as measure_value,
    cast(null as {{ var('type_string') }}) as answer_code
  from {{ ref('form_columns') }}
  where 1 = 0
{% endfor %}
