{#
  True when the numerator, the denominator or their difference is small enough to identify a person; false for zero and
  for unknown counts.
#}
{% macro has_small_count(numerator, denominator) %}
coalesce(
  {% for count in [numerator, denominator, denominator ~ ' - ' ~ numerator] %}
  ({{ count }} > 0 and {{ count }} < {{ setting('small_count_threshold') }}){{ ' or' if not loop.last }}
  {% endfor %},
  false
)
{% endmacro %}
