{# The key of a unit as one text: codes are reused, so only code and first day together identify a unit. #}
{% macro unit_key(code, valid_from) %}{{ code }} || ' ' || cast({{ valid_from }} as {{ dbt.type_string() }}){% endmacro %}
