{# On Spark, facts that have a period are stored in a folder per period, where other programs read one period alone. #}
{% macro spark__partition_cols(label, required=false) %}
  {%- if model.name.startswith('fct_') and 'period_code' in model.columns -%}{{ label }} (period_code){%- endif -%}
{% endmacro %}
