-- The units valid on a period's last day, each with its reporter.
with units as (
  select
    units.*,
    levels.is_authority
  from {{ ref('units') }} as units
  inner join {{ ref('unit_levels') }} as levels on units.unit_level = levels.unit_level
),

periods as (
  select * from {{ ref('int_periods') }}
),

valid_units as (
  select
    units.unit_code,
    units.valid_from as unit_valid_from,
    units.unit_level,
    units.parent_code,
    units.is_authority,
    units.is_rural,
    periods.period_code,
    periods.year,
    periods.quarter,
    periods.due_date,
    periods.has_begun,
    periods.is_due,
    min(periods.quarter) over (
      partition by units.unit_code, units.valid_from, periods.year
    ) as first_quarter
  from units
  inner join periods
    on units.valid_from <= periods.end_date
    and (units.valid_to is null or units.valid_to > periods.end_date)
),

-- Between a unit and the authority above it are at most two levels without reports of their own (areas, regions).
with_authority as (
  select
    valid_units.*,
    parents.unit_valid_from as parent_valid_from,
    parents.unit_level as parent_level,
    case
      when parents.is_authority then parents.unit_code
      when grandparents.is_authority then grandparents.unit_code
      when great_grandparents.is_authority then great_grandparents.unit_code
    end as authority_code
  from valid_units
  left join valid_units as parents
    on valid_units.parent_code = parents.unit_code and valid_units.period_code = parents.period_code
  left join valid_units as grandparents
    on parents.parent_code = grandparents.unit_code and parents.period_code = grandparents.period_code
  left join valid_units as great_grandparents
    on grandparents.parent_code = great_grandparents.unit_code
    and grandparents.period_code = great_grandparents.period_code
)

-- Units directly below the top report to it, units further down through the authority that they are part of. A level
-- without reports of its own has no reporter.
select
  with_authority.unit_code,
  with_authority.unit_valid_from,
  with_authority.unit_level,
  with_authority.parent_code,
  with_authority.parent_valid_from,
  with_authority.parent_level,
  with_authority.authority_code,
  with_authority.is_rural,
  with_authority.period_code,
  with_authority.year,
  with_authority.quarter,
  with_authority.due_date,
  with_authority.has_begun,
  with_authority.is_due,
  with_authority.first_quarter,
  case
    when not with_authority.is_authority then null
    when authorities.parent_code is not null then authorities.unit_code
    else with_authority.unit_code
  end as reporter_code,
  case
    when not with_authority.is_authority then null
    when authorities.parent_code is not null then authorities.unit_valid_from
    else with_authority.unit_valid_from
  end as reporter_valid_from
from with_authority
left join valid_units as authorities
  on with_authority.authority_code = authorities.unit_code and with_authority.period_code = authorities.period_code
