{# True when a pipe-separated list of unit levels (as seeds write them) holds the level. #}
{% macro has_level(level_list, unit_level) %}('|' || {{ level_list }} || '|') like ('%|' || {{ unit_level }} || '|%'){% endmacro %}
