{#
  Statement after a table is filled, empty where an engine needs none. PostgreSQL knows nothing of a new table until it is
  analyzed, takes it to be almost empty and joins it row by row: minutes in place of seconds.
#}
{% macro refresh_statistics() %}{{ return(adapter.dispatch('refresh_statistics')()) }}{% endmacro %}

{% macro default__refresh_statistics() %}{% endmacro %}

{% macro postgres__refresh_statistics() %}
  {%- if config.get('materialized') in ('table', 'seed') %}analyze {{ this }}{% endif -%}
{% endmacro %}
