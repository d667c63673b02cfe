{# Portable types: `float` is silently 32-bit on some engines, so the type of numbers is named only here. #}
{% macro type_number() %}{{ var('type_number') }}{% endmacro %}

{# Thresholds and shares are decimals: comparisons at the threshold must be exact. #}
{% macro type_pct() %}decimal(9, 4){% endmacro %}

{# A number rounded to some decimal places: `round` of such a number takes no places on PostgreSQL. #}
{% macro round_number(value, places) %}cast(cast({{ value }} as decimal(18, {{ places }})) as {{ type_number() }}){% endmacro %}
