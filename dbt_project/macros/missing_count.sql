{#
  How many more of what the numerator counts a row needs to stand at `asked` percent of its denominator, in whole things, 0
  where it does; where less is better, how many it has too many. Exact like `status_at`; null without either.
#}
{% macro missing_count(numerator, denominator, asked, direction) %}
{%- set share = asked ~ " * cast(" ~ denominator ~ " as decimal(18, 4)) * cast(0.01 as decimal(3, 2))" -%}
case
  when {{ denominator }} > 0 and {{ asked }} is not null
    then
      cast(
        greatest(
          0,
          ceil(
            case when {{ direction }} = 'down' then -1 else 1 end
            * ({{ share }} - cast({{ numerator }} as decimal(18, 4)))
          )
        ) as integer
      )
end
{%- endmacro %}
