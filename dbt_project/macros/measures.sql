{#
  The columns of a staging model marked in its yml: `meta: {measure: true}` for a number, `meta: {answer_to: …}` for the
  code of the answer from which the measure of that name is derived.
#}
{% macro measure_columns(model_name, mark='measure') %}
  {% set names = [] %}
  {% if execute %}
    {% set columns = graph.nodes['model.' ~ project_name ~ '.' ~ model_name].columns %}
    {% for column in columns.values() if column.config.meta.get(mark) %}
      {% do names.append(column.name) %}
    {% endfor %}
  {% endif %}
  {{ return(names) }}
{% endmacro %}

{#
  One row per submission, unit, category and measure of a wide staging form. A cross join with the measure list
  and one CASE is portable (no UNPIVOT) and reads the form once.
#}
{% macro long_form(form_code, model_name, category_column=none) %}
  select
    form.submission_id,
    '{{ form_code }}' as form_code,
    form.unit_code,
    form.unit_valid_from,
    {{ 'form.' ~ category_column if category_column else "'total'" }} as category_code,
    columns.column_code as measure_code,
    case columns.column_code
      {% for column in measure_columns(model_name) %}
      when '{{ column }}' then form.{{ column }}
      {% endfor %}
      else cast(null as {{ type_number() }})
    end as measure_value,
    {% set answers = measure_columns(model_name, 'answer_to') %}
    {% if answers %}
    case columns.column_code
      {% for column in answers %}
      when '{{ column | replace('_answer', '') }}' then form.{{ column }}
      {% endfor %}
    end as answer_code
    {% else %}
    cast(null as {{ var('type_string') }}) as answer_code
    {% endif %}
  from {{ ref(model_name) }} as form
  cross join {{ ref('form_columns') }} as columns
  where columns.form_code = '{{ form_code }}' and columns.is_measure
{% endmacro %}

{# A yes/no answer as a measure: 1 for yes, 0 for no, null for not applicable and for no answer. #}
{% macro answer_as_number(column) %}
  cast(case {{ column }} when 'yes' then 1 when 'no' then 0 end as {{ type_number() }})
{% endmacro %}

{# A plan setting (seed `settings`) as a scalar. #}
{% macro setting(code) %}(select s.setting_value from {{ ref('settings') }} as s where s.setting_code = '{{ code }}'){% endmacro %}
