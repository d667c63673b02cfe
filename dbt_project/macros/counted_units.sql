{#
  True when what a unit reports counts for a target: by the level of the unit, by whether it is rural, and, where the target
  is rolled up, by the level of the unit that it is part of. `target` names a row of `int_plan_targets`, `unit` one of
  `int_expected_units`, both of one period.
#}
{% macro counts_for(target, unit) %}
{{ has_level(target ~ '.counted_levels', unit ~ '.unit_level') }}
    and ({{ unit }}.is_rural or not {{ target }}.rural_only)
    and ({{ target }}.rollup_level is null or {{ target }}.rollup_level = {{ unit }}.parent_level)
{%- endmacro %}

{# The column `code` or `valid_from` of the unit in which it then counts: itself, or the one that it is part of. #}
{% macro counted_unit(target, unit, column) %}
case when {{ target }}.rollup_level is null then {{ unit }}.unit_{{ column }} else {{ unit }}.parent_{{ column }} end
{%- endmacro %}
