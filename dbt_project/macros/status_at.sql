{#
  The status of a ratio whose denominator is above zero. Comparisons are cross-multiplied decimals: exact at the
  threshold. `path_points` is the path times the denominator, or a null without a path; `row` names the relation with
  threshold_pct, basis, kind, direction and margin_pct.
#}
{% macro status_at(numerator, denominator, path_points, row) %}
{%- set sign = "case when " ~ row ~ ".direction = 'down' then -1 else 1 end" -%}
{%- set hundredfold = "cast(" ~ numerator ~ " as decimal(18, 4)) * 100" -%}
{%- set whole = "cast(" ~ denominator ~ " as decimal(18, 4))" -%}
{%- set required = "coalesce(" ~ path_points ~ ", " ~ row ~ ".threshold_pct * " ~ whole ~ ")" -%}
case
  when {{ row }}.basis = 'monitor' then 'monitor'
  when {{ sign }} * ({{ hundredfold }} - {{ row }}.threshold_pct * {{ whole }}) >= 0 then 'met'
  when {{ row }}.kind in ('coverage', 'amount') and {{ sign }} * ({{ hundredfold }} - {{ required }}) >= 0 then 'on_track'
  when {{ sign }} * ({{ hundredfold }} - {{ required }}) + {{ row }}.margin_pct * {{ whole }} >= 0 then 'behind'
  else 'far_behind'
end
{%- endmacro %}
