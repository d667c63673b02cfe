{# True when two values differ, where two missing ones do not. For text that is never empty. #}
{% macro differ(one, other) %}coalesce({{ one }}, '') <> coalesce({{ other }}, ''){% endmacro %}
