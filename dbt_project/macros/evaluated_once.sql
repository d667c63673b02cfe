{#
  The end of a query whose computed columns are read several times by the next one; empty where an engine needs none.
  PostgreSQL would put the expressions in place of the columns and evaluate them each time, rows times readers.
#}
{% macro evaluated_once() %}{{ return(adapter.dispatch('evaluated_once')()) }}{% endmacro %}

{% macro default__evaluated_once() %}{% endmacro %}

{% macro postgres__evaluated_once() %}offset 0{% endmacro %}
