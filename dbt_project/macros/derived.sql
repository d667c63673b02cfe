{#
  Materialization of a mart that only rearranges other tables: a view. On Spark, marts are published as files; on
  PostgreSQL, rows of tables alone are guarded. Such a mart has the tag `derived`, by which the publication leaves its rows
  out of its counts.
#}
{% macro derived() %}{{ return(adapter.dispatch('derived')()) }}{% endmacro %}

{% macro default__derived() %}{{ return('view') }}{% endmacro %}

{% macro spark__derived() %}{{ return('table') }}{% endmacro %}

{% macro postgres__derived() %}{{ return('table') }}{% endmacro %}
