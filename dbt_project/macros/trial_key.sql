{# A number of trials and a probability as one key, by which increments find the few pairs that are new. #}
{% macro trial_key(trial_count, share) -%}
  cast({{ trial_count }} as {{ dbt.type_string() }}) || ' ' || cast({{ share }} as {{ dbt.type_string() }})
{%- endmacro %}
