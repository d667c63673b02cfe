{#
  How many more of what the numerator counts a row needs for what is asked, in whole things, 0 where it has them; where
  less is better, how many it has too many. `asked_points` is the share asked, in percent, times the denominator. Exact
  like `status_at`; null without either.
#}
{% macro missing_count(numerator, asked_points, direction) %}
case
  when {{ asked_points }} is not null
    then
      cast(
        greatest(
          0,
          ceil(
            case when {{ direction }} = 'down' then -1 else 1 end
            * ({{ asked_points }} * cast(0.01 as decimal(3, 2)) - cast({{ numerator }} as decimal(18, 4)))
          )
        ) as integer
      )
end
{%- endmacro %}
