{#
  A schema has the layer's name alone (marts, not main_marts): pages and scripts rely on `marts`. On PostgreSQL, where one
  database holds several versions, the prefix of the version being built precedes it.
#}
{% macro generate_schema_name(custom_schema_name, node) %}
  {{- (target.schema ~ '_' if target.type == 'postgres' and custom_schema_name else '') }}
  {{- (custom_schema_name or target.schema) | trim -}}
{% endmacro %}
