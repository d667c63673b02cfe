{#
  PostgreSQL takes joins of one model's parts on several columns to find one row, and merges by the first column alone:
  minutes in place of seconds. A hook before the model; the setting ends with its transaction.
#}
{% macro join_by_hash() %}{{ return(adapter.dispatch('join_by_hash')()) }}{% endmacro %}

{% macro default__join_by_hash() %}{% endmacro %}

{% macro postgres__join_by_hash() %}set local enable_mergejoin = off{% endmacro %}
