-- The earlier units that together cover exactly a unit of today, across all boundary changes. A unit that took over a
-- part of another has no such history, because counts are never split. Parts that were reunited are whole.
{% set changes = 2 %}
-- The number of pieces that a unit was divided into; where only one is listed, the location of the others is unknown.
with links as (
  select
    new_code,
    new_valid_from,
    old_code,
    old_valid_from,
    greatest(count(*) over (partition by old_code, old_valid_from), case when is_whole then 1 else 2 end) as piece_count
  from {{ ref('unit_successors') }}
),

round_0 as (
  select
    units.unit_code,
    units.valid_from as unit_valid_from,
    units.unit_code as part_code,
    units.valid_from as part_valid_from,
    1 as is_exact
  from {{ ref('units') }} as units
  inner join {{ ref('unit_levels') }} as levels on units.unit_level = levels.unit_level and levels.is_authority
),

{% for change in range(1, changes + 1) %}
  arrivals_{{ change }} as (
    select
      later.unit_code,
      later.unit_valid_from,
      links.old_code as part_code,
      links.old_valid_from as part_valid_from,
      case when count(*) = max(links.piece_count) then min(later.is_exact) else 0 end as is_exact
    from round_{{ change - 1 }} as later
    inner join links
      on later.part_code = links.new_code and later.part_valid_from = links.new_valid_from
    group by later.unit_code, later.unit_valid_from, links.old_code, links.old_valid_from
  ),

  round_{{ change }} as (
    select
      unit_code,
      unit_valid_from,
      part_code,
      part_valid_from,
      min(is_exact) over (partition by unit_code, unit_valid_from) as is_exact
    from arrivals_{{ change }}
  ),

{% endfor %}
all_rounds as (
  {% for change in range(1, changes + 1) %}
    select * from round_{{ change }}
    {{ "union all" if not loop.last }}
  {% endfor %}
)

-- A part that arrived by two routes is exact only if both are.
select
  unit_code,
  unit_valid_from,
  part_code,
  part_valid_from,
  min(is_exact) = 1 as is_exact
from all_rounds
group by unit_code, unit_valid_from, part_code, part_valid_from
