{#
  Whether a count, its whole or what is left over is so small that it may point at one person; zero points at nobody, and what
  is not known at nobody either.
#}
{% macro has_small_count(numerator, denominator) %}
coalesce(
  {% for count in [numerator, denominator, denominator ~ ' - ' ~ numerator] %}
  ({{ count }} > 0 and {{ count }} < {{ setting('small_count_threshold') }}){{ ' or' if not loop.last }}
  {% endfor %},
  false
)
{% endmacro %}
