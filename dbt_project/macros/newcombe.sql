{#
  Bound of the 95 % interval of the difference of two independent proportions (now less before), in points, from both
  proportions and their Wilson intervals; null if any of these is null.
  Source: Newcombe, R. G. (1998), "Interval estimation for the difference between independent proportions: comparison of
  eleven methods", Statistics in Medicine 17, 873-890, method 10 (hybrid score).
#}
{% macro newcombe_bound(now, now_low, now_high, before, before_low, before_high, bound) %}
  {%- if bound == 'lower' -%}
  {{ now }} - {{ before }} - sqrt(power({{ now }} - {{ now_low }}, 2) + power({{ before_high }} - {{ before }}, 2))
  {%- else -%}
  {{ now }} - {{ before }} + sqrt(power({{ now_high }} - {{ now }}, 2) + power({{ before }} - {{ before_low }}, 2))
  {%- endif -%}
{% endmacro %}
