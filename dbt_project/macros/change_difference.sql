{#
  The difference that makes two rows of one unit and target incomparable, the gravest first; null where there is none.
  `now` and `before` name rows with the columns of `int_target_changes`, `breaks` the breaks between them.
  A month is no quarter: the letter of a period's code is that of its calendar. With 'threshold' the values can be
  compared, the statuses cannot.
#}
{% macro change_difference(now, before, breaks) %}
case
  when {{ breaks }}.has_disruption then 'disruption'
  when {{ breaks }}.has_method or ({{ now }}.has_base and {{ now }}.year <> {{ before }}.year) then 'method'
  when {{ differ(now ~ '.rollup_level', before ~ '.rollup_level') }} then 'level'
  when {{ differ(now ~ '.counted_units_key', before ~ '.counted_units_key') }}
    then case when {{ breaks }}.has_boundary then 'boundary' else 'units' end
  when
    {{ now }}.is_sum and {{ differ(now ~ '.ended_units_key', before ~ '.ended_units_key') }}
    then 'units'
  when
    {{ now }}.is_built_over_year
    and {{ now }}.year <> {{ before }}.year
    and {{ now }}.elapsed_period_count <> {{ before }}.elapsed_period_count
    then 'quarters'
  when substr({{ now }}.period_code, 5, 1) <> substr({{ before }}.period_code, 5, 1) then 'quarters'
  when {{ differ(now ~ '.asked_key', before ~ '.asked_key') }} then 'threshold'
end
{% endmacro %}
