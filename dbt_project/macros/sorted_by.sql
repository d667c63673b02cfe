{#
  Has a table stored in the order of columns in DuckDB, which skips the rows between whose smallest and largest values
  a query looks for nothing. Other databases read every row of a table without an index, and would sort for nothing.
#}
{% macro sorted_by(columns) %}{{ return(adapter.dispatch('sorted_by')(columns)) }}{% endmacro %}

{% macro default__sorted_by(columns) %}{% endmacro %}

{% macro duckdb__sorted_by(columns) %}order by {{ columns }}{% endmacro %}
