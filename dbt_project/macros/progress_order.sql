{#
  The order in which progress is stored: few blocks are read for the rows of a unit in a quarter, for its series, and
  for all units of a page. PostgreSQL compares texts one by one, and takes three times as long where nearly all rows have
  the first ones in common.
#}
{% macro progress_order() %}{{ return(adapter.dispatch('progress_order')()) }}{% endmacro %}

{% macro default__progress_order() %}period_window, unit_level, period_code, unit_code, target_code{% endmacro %}

{% macro postgres__progress_order() %}unit_code, period_code, target_code{% endmacro %}
