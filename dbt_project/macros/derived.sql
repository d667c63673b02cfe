{#
  Materialization of a mart that only rearranges other tables (tag derived): a view. On Spark, marts are published as files; on PostgreSQL,
  rows of tables alone are guarded. Rows of derived marts are not counted in the publication.
#}
{% macro derived() %}{{ return(adapter.dispatch('derived')()) }}{% endmacro %}

{% macro default__derived() %}{{ return('view') }}{% endmacro %}

{% macro spark__derived() %}{{ return('table') }}{% endmacro %}

{% macro postgres__derived() %}{{ return('table') }}{% endmacro %}
