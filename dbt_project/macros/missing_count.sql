{#
  The whole number that the numerator lacks to reach the required share, at least 0; where less is better, the number in
  excess. `required_points` is the required share in percent times the denominator. Exact like `status_at`; null without
  a required share.
#}
{% macro missing_count(numerator, required_points, direction) %}
case
  when {{ required_points }} is not null
    then
      cast(
        greatest(
          0,
          ceil(
            case when {{ direction }} = 'down' then -1 else 1 end
            * ({{ required_points }} * cast(0.01 as decimal(3, 2)) - cast({{ numerator }} as decimal(18, 4)))
          )
        ) as integer
      )
end
{%- endmacro %}
