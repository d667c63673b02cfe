-- Wards that a merger of this year joined are counted together, because no count is split. A year of a plan begins with
-- its first period, in January or not.
{% set rounds = 6 %}
with periods as (
  select
    *,
    min(start_date) over (partition by year) as year_start_date
  from {{ ref('int_periods') }}
),

-- A ward that was split is assigned to its main successor; areas do not report and are left out.
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
    on successors.new_valid_from between periods.year_start_date and periods.end_date
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

-- The smallest key spreads along the mergers, one step per round; the grain test fails if a round is missing.
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
