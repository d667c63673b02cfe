{# Fails with the keys that stand more than once: a mart has exactly one row per grain. #}
{% test unique_grain(model, columns) %}
select
  {{ columns | join(', ') }},
  count(*) as row_count
from {{ model }}
group by {{ columns | join(', ') }}
having count(*) > 1
{% endtest %}
