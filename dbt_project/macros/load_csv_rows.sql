{#
  The rows of a seed on Spark. dbt-spark's own macro neither quotes apostrophes nor keeps an empty cell empty. Every seed
  declares the types of its columns.
#}
{% macro spark__load_csv_rows(model, agate_table) %}
  {% set types = model['config']['column_types'] %}
  {% for rows in agate_table.rows | batch(1000) %}
    {% set statement %}
      insert into {{ this }}
      select
        {% for column in agate_table.column_names %}
        cast({{ column }} as {{ types[column] }}) as {{ column }}{{ ',' if not loop.last }}
        {% endfor %}
      from values
      {% for row in rows %}
        ({% for value in row %}{{ spark_text(value) }}{{ ', ' if not loop.last }}{% endfor %}){{ ',' if not loop.last }}
      {% endfor %}
      as seed ({{ agate_table.column_names | join(', ') }})
    {% endset %}
    {% do adapter.add_query(statement, abridge_sql_log=True) %}
  {% endfor %}
  {{ return('') }}
{% endmacro %}

{# A text as a literal of Spark, where a backslash escapes; null for an empty cell. #}
{% macro spark_text(value) %}
  {%- if value is none -%}cast(null as string)
  {%- else -%}'{{ value | string | replace('\\', '\\\\') | replace("'", "\\'") }}'
  {%- endif -%}
{% endmacro %}
