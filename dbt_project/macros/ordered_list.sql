{#
  The texts of a group as one text with a separator, in the order of a key, by default of the texts themselves. Texts of
  equal keys may come in any order, so a key must tell them apart. Null for a group without texts.
  dbt's own `listagg` leaves out the order on Spark.
#}
{% macro ordered_list(value, separator, key=none) %}
  {{- return(adapter.dispatch('ordered_list')(value, separator, key or value)) -}}
{% endmacro %}

{% macro default__ordered_list(value, separator, key) %}string_agg({{ value }}, {{ separator }} order by {{ key }}){% endmacro %}

{% macro spark__ordered_list(value, separator, key) %}listagg({{ value }}, {{ separator }}) within group (order by {{ key }}){% endmacro %}
