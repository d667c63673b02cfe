{#
  Fails with the keys that are duplicated or incomplete: a model has exactly one row per key. `nullable` names the key
  columns in which null has a meaning.
#}
{% test unique_grain(model, columns, nullable=[]) %}
select
  {{ columns | join(', ') }},
  count(*) as row_count
from {{ model }}
group by {{ columns | join(', ') }}
having
  count(*) > 1
  {% for column in columns if column not in nullable %}
  or {{ column }} is null
  {% endfor %}
{% endtest %}
