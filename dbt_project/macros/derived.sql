{#
  Materialization of a mart that only rearranges other tables: a view, except on Spark, whose marts are published as
  files.
#}
{% macro derived() %}{{ return(adapter.dispatch('derived')()) }}{% endmacro %}

{% macro default__derived() %}{{ return('view') }}{% endmacro %}

{% macro spark__derived() %}{{ return('table') }}{% endmacro %}
