{#
  A share of a path, of which the seed has four decimals: one that is a number of equal steps of the year, as 66.6667
  for eight of twelve, is taken as that number of steps, any other as it is written.
#}
{% macro even_share(share, period_count) -%}
{%- set steps = "round(" ~ share ~ " * " ~ period_count ~ " / 100, 0) * 100 / " ~ period_count -%}
case when abs({{ steps }} - {{ share }}) < 0.0001 then {{ steps }} else {{ share }} end
{%- endmacro %}


{#
  Points of a path as they are compared: cut to four decimals, never rounded up, so that two of three reach a path of two thirds.
#}
{% macro cut_points(points) -%}
cast(floor(round(({{ points }}) * 10000, 4)) / 10000 as {{ type_pct() }})
{%- endmacro %}
