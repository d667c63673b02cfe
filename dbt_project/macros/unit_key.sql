{# One text for a unit: codes are used again, so that only code and first day together name it. #}
{% macro unit_key(code, valid_from) %}{{ code }} || ' ' || cast({{ valid_from }} as {{ dbt.type_string() }}){% endmacro %}
