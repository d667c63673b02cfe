-- Wards that a merger of this year joined belong together: what one gave up another took over, and no count is split.
{% set rounds = 6 %}
with periods as (
  select * from {{ ref('int_periods') }}
),

-- A ward that was split goes where most of it lay; areas are no units that report.
mergers as (
  select
    periods.period_code,
    successors.old_code,
    successors.old_valid_from,
    successors.new_code,
    successors.new_valid_from,
    successors.old_code || ' ' || successors.new_code || ' '
    || cast(successors.new_valid_from as {{ dbt.type_string() }}) as merger
  from {{ ref('unit_successors') }} as successors
  inner join {{ ref('units') }} as new_units
    on successors.new_code = new_units.unit_code and successors.new_valid_from = new_units.valid_from
  inner join {{ ref('unit_levels') }} as levels on new_units.unit_level = levels.unit_level and levels.is_authority
  inner join periods
    on extract(year from successors.new_valid_from) = periods.year and successors.new_valid_from <= periods.end_date
  where successors.is_main
),

round_0 as (
  select
    period_code,
    old_code as unit_code,
    old_valid_from as unit_valid_from,
    merger,
    {{ unit_key("old_code", "old_valid_from") }} as merged_key
  from mergers
  union all
  select
    period_code,
    new_code as unit_code,
    new_valid_from as unit_valid_from,
    merger,
    {{ unit_key("new_code", "new_valid_from") }} as merged_key
  from mergers
),

-- The smallest key spreads along the mergers, a step a round; the test of the grain fails if it did not get through.
{% for round in range(rounds) %}
  spread_{{ round }} as (
    select
      period_code,
      unit_code,
      unit_valid_from,
      merger,
      min(merged_key) over (partition by period_code, merger) as merged_key
    from round_{{ round }}
  ),

  round_{{ round + 1 }} as (
    select
      period_code,
      unit_code,
      unit_valid_from,
      merger,
      min(merged_key) over (partition by period_code, unit_code, unit_valid_from) as merged_key
    from spread_{{ round }}
  ){{ "," if not loop.last }}

{% endfor %}
select distinct
  period_code,
  unit_code,
  unit_valid_from,
  merged_key
from round_{{ rounds }}
