{#
  Bound of the Wilson score interval of a proportion, in percent; null if `share` is null (greatest and least ignore nulls).
  Source: Wilson, E. B. (1927), "Probable inference, the law of succession, and statistical inference", JASA 22, 209-212.
#}
{% macro wilson_bound(share, trials, z, bound) %}
  {% set sign = '-' if bound == 'lower' else '+' %}
  {% set limit = 'greatest(0.0, ' if bound == 'lower' else 'least(100.0, ' %}
  case
    when {{ share }} is not null
      then
        {{ limit }}100.0 * (
          {{ share }} + {{ z }} * {{ z }} / (2.0 * {{ trials }})
          {{ sign }} {{ z }} * sqrt(
            ({{ share }} * (1.0 - {{ share }}) + {{ z }} * {{ z }} / (4.0 * {{ trials }})) / {{ trials }}
          )
        ) / (1.0 + {{ z }} * {{ z }} / {{ trials }}))
  end
{% endmacro %}
