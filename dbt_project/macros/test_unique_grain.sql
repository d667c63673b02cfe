{#
  Fails with the keys that stand more than once or lack a part: a mart has exactly one row per grain, and the row can be
  found. `nullable` names the parts of the key in which a missing value has a meaning.
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
