{#
  The forms with counted columns as the seeds list them: form_code, table_name (in schema raw), category_column (none where
  a row is a unit), and the codes of columns with numbers and with yes/no answers. Read when a model runs; dbt parses
  without them.
#}
{% macro counted_forms() %}
  {% set forms = {} %}
  {% if execute %}
    {% set query %}
      select f.form_code, f.table_name, f.row_key, c.column_code, c.data_type
      from {{ ref('forms') }} as f
      inner join {{ ref('form_columns') }} as c on f.form_code = c.form_code
      where c.is_measure and f.row_key <> 'task'
      order by f.display_order, f.form_code, c.position, c.column_code
    {% endset %}
    {% for row in run_query(query).rows %}
      {% set category = row[2][5:] if row[2].startswith('unit_') else none %}
      {% set form = forms.setdefault(
        row[0], {'form_code': row[0], 'table_name': row[1], 'category_column': category, 'numbers': [], 'answers': []}
      ) %}
      {% do form['answers' if row[4] == 'code' else 'numbers'].append(row[3]) %}
    {% endfor %}
  {% endif %}
  {{ return(forms.values() | list) }}
{% endmacro %}

{#
  One row per submission, unit, category and measure of a form of `counted_forms`. A cross join with the measure list
  and one CASE is portable (no UNPIVOT) and reads the form once.
#}
{% macro long_form(form) %}
select
  form.submission_id,
  '{{ form.form_code }}' as form_code,
  form.unit_code,
  form.unit_valid_from,
  {{ 'form.' ~ form.category_column if form.category_column else "'total'" }} as category_code,
  columns.column_code as measure_code,
  case columns.column_code
    {% for column in form.numbers %}
    when '{{ column }}' then cast(form.{{ column }} as {{ type_number() }})
    {% endfor %}
    {% for column in form.answers %}
    when '{{ column }}' then {{ answer_as_number('form.' ~ column) }}
    {% endfor %}
  end as measure_value,
  {% if form.answers %}
  case columns.column_code
    {% for column in form.answers %}
    when '{{ column }}' then form.{{ column }}
    {% endfor %}
  end as answer_code
  {% else %}
  cast(null as {{ var('type_string') }}) as answer_code
  {% endif %}
from {{ source('raw', 'form_tables').incorporate(path={'identifier': form.table_name}) }} as form
cross join {{ ref('form_columns') }} as columns
where columns.form_code = '{{ form.form_code }}' and columns.is_measure
{% endmacro %}

{# A yes/no answer as a measure: 1 for yes, 0 for no, null for not applicable and for no answer. #}
{% macro answer_as_number(column) %}
  cast(case {{ column }} when 'yes' then 1 when 'no' then 0 end as {{ type_number() }})
{% endmacro %}

{# The measures of size as the seed `size_measures` lists them. Read when a model runs; dbt parses without them. #}
{% macro size_measures() %}
  {% set query %}select s.measure_code from {{ ref('size_measures') }} as s order by s.measure_code{% endset %}
  {{ return(run_query(query).columns[0].values() | list if execute else []) }}
{% endmacro %}

{# A plan setting (seed `settings`) as a scalar. #}
{% macro setting(code) %}(select s.setting_value from {{ ref('settings') }} as s where s.setting_code = '{{ code }}'){% endmacro %}
