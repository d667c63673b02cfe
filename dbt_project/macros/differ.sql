{# True when two texts differ; two nulls are equal. For text that is never empty. #}
{% macro differ(one, other) %}coalesce({{ one }}, '') <> coalesce({{ other }}, ''){% endmacro %}
