{# The share of a count in another, in percent; null if the other is zero. A whole number times 100.0 is a decimal on some engines. #}
{% macro share_pct(part, whole) %}100 * cast({{ part }} as {{ type_number() }}) / nullif({{ whole }}, 0){% endmacro %}
