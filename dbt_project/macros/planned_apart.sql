{#
  The end of a query that is planned apart from the one around it; empty where an engine needs none. Otherwise PostgreSQL
  puts the expressions of computed columns in place of their names, and evaluates them for each reader; and it sorts rows
  by all columns of a `group by`, where the query around it wants them in the order of one.
#}
{% macro planned_apart() %}{{ return(adapter.dispatch('planned_apart')()) }}{% endmacro %}

{% macro default__planned_apart() %}{% endmacro %}

{% macro postgres__planned_apart() %}offset 0{% endmacro %}
