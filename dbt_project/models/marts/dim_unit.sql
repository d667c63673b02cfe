with units as (
  select * from {{ ref('units') }}
),

predecessors as (
  select
    successors.new_code,
    successors.new_valid_from,
    {{ dbt.listagg('units.name_vi', "', '", 'order by units.unit_code') }} as predecessor_names_vi,
    {{ dbt.listagg('units.name_en', "', '", 'order by units.unit_code') }} as predecessor_names_en
  from {{ ref('unit_successors') }} as successors
  inner join units
    on successors.old_code = units.unit_code and successors.old_valid_from = units.valid_from
  group by successors.new_code, successors.new_valid_from
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
  units.is_rural,
  units.tile_row,
  units.tile_col,
  units.tile_label,
  predecessors.predecessor_names_vi,
  predecessors.predecessor_names_en
from units
left join predecessors
  on units.unit_code = predecessors.new_code and units.valid_from = predecessors.new_valid_from
