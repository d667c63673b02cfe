{# Portable types: `float` is silently 32-bit on some engines, so the type of numbers is named only here. #}
{% macro type_number() %}{{ var('type_number') }}{% endmacro %}

{# Thresholds and shares are decimals: comparisons at the threshold must be exact. #}
{% macro type_pct() %}decimal(9, 4){% endmacro %}
