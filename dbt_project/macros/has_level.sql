{# True when a pipe-separated list of unit levels (as in seeds) contains the level. #}
{% macro has_level(level_list, unit_level) %}('|' || {{ level_list }} || '|') like ('%|' || {{ unit_level }} || '|%'){% endmacro %}
