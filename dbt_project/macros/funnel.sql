{#
  Control limit of a funnel plot, in percent: where a unit of this size lies by chance alone when its true share is
  `share`. Normal approximation, cut at 0 and 100; null without a share (greatest and least pass over nulls).
  A unit is beyond the limit exactly when the share is beyond the unit's own Wilson interval of the same z.
  Source: Spiegelhalter, D. J. (2005), "Funnel plots for comparing institutional performance", Statistics in Medicine
  24, 1185-1202.
#}
{% macro funnel_limit(share, trials, z, bound) %}
  {% set sign = '-' if bound == 'lower' else '+' %}
  {% set limit = 'greatest(0.0, ' if bound == 'lower' else 'least(100.0, ' %}
  case
    when {{ share }} is not null
      then {{ limit }}100.0 * ({{ share }} {{ sign }} {{ z }} * sqrt({{ share }} * (1.0 - {{ share }}) / {{ trials }})))
  end
{% endmacro %}
