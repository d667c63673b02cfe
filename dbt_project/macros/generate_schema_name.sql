{# A schema has the layer's name alone (marts, not main_marts): pages and scripts rely on `marts`. #}
{% macro generate_schema_name(custom_schema_name, node) %}{{ (custom_schema_name or target.schema) | trim }}{% endmacro %}
