-- Each unit with itself and all units above it, per period. A unit that ended within the year belongs to the successor
-- of its district, and to the city, until the year is over.
with expected as (
  select * from {{ ref('int_expected_units') }}
),

itself as (
  select
    unit_code,
    unit_valid_from,
    period_code,
    unit_code as row_unit_code,
    unit_valid_from as row_unit_valid_from,
    unit_level as row_unit_level,
    parent_code as row_parent_code
  from expected
),

{% for step in range(1, 4) %}
  above_{{ step }} as (
    select
      below.unit_code,
      below.unit_valid_from,
      below.period_code,
      parents.unit_code as row_unit_code,
      parents.unit_valid_from as row_unit_valid_from,
      parents.unit_level as row_unit_level,
      parents.parent_code as row_parent_code
    from {{ 'itself' if step == 1 else 'above_' ~ (step - 1) }} as below
    inner join expected as parents
      on below.row_parent_code = parents.unit_code and below.period_code = parents.period_code
  ),

{% endfor %}
standing as (
  select * from itself
  {% for step in range(1, 4) %}
    union all
    select * from above_{{ step }}
  {% endfor %}
),

-- The units above an ended unit: those that still exist, and the areas that replaced the others.
lasting as (
  select
    standing.unit_code,
    standing.unit_valid_from,
    standing.period_code,
    standing.row_unit_code,
    standing.row_unit_valid_from
  from standing
  union all
  select
    standing.unit_code,
    standing.unit_valid_from,
    standing.period_code,
    successors.new_code as row_unit_code,
    successors.new_valid_from as row_unit_valid_from
  from standing
  inner join {{ ref('unit_successors') }} as successors
    on standing.row_unit_code = successors.old_code
    and standing.row_unit_valid_from = successors.old_valid_from
    and successors.is_main
  inner join {{ ref('units') }} as new_units
    on successors.new_code = new_units.unit_code and successors.new_valid_from = new_units.valid_from
  inner join {{ ref('unit_levels') }} as levels
    on new_units.unit_level = levels.unit_level and not levels.is_authority
),

later as (
  select distinct
    lasting.unit_code,
    lasting.unit_valid_from,
    row_units.period_code,
    above.row_unit_code,
    above.row_unit_valid_from,
    above.row_unit_level
  from lasting
  inner join {{ ref('int_periods') }} as periods on lasting.period_code = periods.period_code
  inner join expected as row_units
    on lasting.row_unit_code = row_units.unit_code
    and lasting.row_unit_valid_from = row_units.unit_valid_from
    and periods.year = row_units.year
    and periods.quarter < row_units.quarter
  inner join standing as above
    on row_units.unit_code = above.unit_code
    and row_units.unit_valid_from = above.unit_valid_from
    and row_units.period_code = above.period_code
  left join expected as still_there
    on lasting.unit_code = still_there.unit_code
    and lasting.unit_valid_from = still_there.unit_valid_from
    and row_units.period_code = still_there.period_code
  where still_there.unit_code is null
)

select
  unit_code,
  unit_valid_from,
  period_code,
  row_unit_code,
  row_unit_valid_from,
  row_unit_level
from standing
union all
select * from later
