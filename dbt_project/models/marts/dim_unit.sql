with units as (
  select * from {{ ref('units') }}
),

-- An area lost its former footprint where one of its communes lies partly in another area's footprint.
shared_areas as (
  select distinct
    footprints.area_code,
    footprints.area_valid_from
  from {{ ref('unit_footprints') }} as footprints
  inner join {{ ref('unit_footprints') }} as others
    on footprints.unit_code = others.unit_code
    and footprints.valid_from = others.valid_from
    and footprints.area_code <> others.area_code
),

-- Earlier units that reported to this system, and those that never did.
former as (
  select
    successors.new_code,
    successors.new_valid_from,
    successors.old_code,
    units.name_vi,
    units.name_en,
    1 as has_reported
  from {{ ref('unit_successors') }} as successors
  inner join units
    on successors.old_code = units.unit_code and successors.old_valid_from = units.valid_from
  union all
  select
    new_code,
    new_valid_from,
    unit_code as old_code,
    name_vi,
    name_en,
    0 as has_reported
  from {{ ref('former_units') }}
),

successors as (
  select
    old_code,
    old_valid_from,
    {{ ordered_list('new_code', "'|'", "case when is_main then '0' else '1' end || new_code") }} as successor_codes
  from {{ ref('unit_successors') }}
  group by old_code, old_valid_from
),

-- A spelling in brackets is an addition to a name, not a name.
other_names as (
  select
    unit_code,
    valid_from,
    {{ ordered_list('alias', "'|'") }} as other_names
  from {{ ref('unit_aliases') }}
  where alias not like '(%'
  group by unit_code, valid_from
),

predecessors as (
  select
    new_code,
    new_valid_from,
    {{ ordered_list('name_vi', "', '", 'old_code') }} as predecessor_names_vi,
    {{ ordered_list('name_en', "', '", 'old_code') }} as predecessor_names_en,
    max(has_reported) = 1 as has_reported
  from former
  group by new_code, new_valid_from
),

recalculated as (
  select distinct
    unit_code,
    unit_valid_from
  from {{ ref('fct_target_recalculated') }}
)

select
  units.unit_code,
  units.valid_from,
  units.valid_to,
  units.unit_level,
  units.unit_type,
  units.parent_code,
  units.name_vi,
  units.name_en,
  units.short_name_vi,
  units.short_name_en,
  other_names.other_names,
  units.is_rural,
  units.tile_row,
  units.tile_col,
  units.tile_label,
  levels.is_authority,
  shared_areas.area_code is not null as footprint_changed,
  continued.old_code as continues_code,
  continued.old_valid_from as continues_valid_from,
  successors.successor_codes,
  predecessors.predecessor_names_vi,
  predecessors.predecessor_names_en,
  case
    when not levels.is_authority or predecessors.new_code is null then null
    when recalculated.unit_code is not null then 'whole'
    when predecessors.has_reported then 'split'
    else 'elsewhere'
  end as past_kind
from units
inner join {{ ref('unit_levels') }} as levels on units.unit_level = levels.unit_level
left join shared_areas
  on units.unit_code = shared_areas.area_code and units.valid_from = shared_areas.area_valid_from
left join {{ ref('unit_successors') }} as continued
  on not levels.is_authority
  and units.unit_code = continued.new_code
  and units.valid_from = continued.new_valid_from
  and continued.is_main
left join successors
  on units.unit_code = successors.old_code and units.valid_from = successors.old_valid_from
left join predecessors
  on units.unit_code = predecessors.new_code and units.valid_from = predecessors.new_valid_from
left join other_names
  on units.unit_code = other_names.unit_code and units.valid_from = other_names.valid_from
left join recalculated
  on units.unit_code = recalculated.unit_code and units.valid_from = recalculated.unit_valid_from
