{#
  Natural logarithm of k factorial, for a whole number k: the product itself below 8, Stirling's series from 8 on. The
  first term left out is below 1e-11.
#}
{% macro ln_factorial(k) %}
  case
    when {{ k }} < 8
      then
        ln(cast(case cast({{ k }} as integer)
          when 2 then 2 when 3 then 6 when 4 then 24 when 5 then 120 when 6 then 720 when 7 then 5040
          else 1
        end as {{ type_number() }}))
    else
      ({{ k }} + 0.5) * ln({{ k }}) - {{ k }} + 0.91893853320467274178
      + (1.0 / 12.0 - (1.0 / 360.0 - (1.0 / 1260.0 - 1.0 / (1680.0 * {{ k }} * {{ k }})) / ({{ k }} * {{ k }})) / ({{ k }} * {{ k }})) / {{ k }}
  end
{% endmacro %}

{# The whole numbers from 0 to 10 to the power of `digits` minus 1, as a column `number`. #}
{% macro whole_numbers(digits) %}
  select
    {% for place in range(digits) %}
    digits_{{ place }}.digit * {{ 10 ** place }}{{ ' +' if not loop.last }}
    {% endfor %}
    as number
  from
    {% for place in range(digits) %}
    {{ 'cross join ' if not loop.first }}(
      {% for digit in range(10) %}select {{ digit }} as digit{{ ' union all ' if not loop.last }}{% endfor %}
    ) as digits_{{ place }}
    {% endfor %}
{% endmacro %}
