{#
  The order in which rows of units are stored that increments read by period and unit: DuckDB then reads the blocks of a
  province alone. PostgreSQL finds them by an index, and takes twice as long for the second text.
#}
{% macro period_order(of='') %}{{ return(adapter.dispatch('period_order')(of)) }}{% endmacro %}

{% macro default__period_order(of) %}{{ of }}period_code, {{ of }}unit_code{% endmacro %}

{% macro postgres__period_order(of) %}{{ of }}period_code{% endmacro %}
