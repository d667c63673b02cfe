with successors as (
  select
    unit_code,
    ended_on,
    {{ ordered_list('new_code', "'|'", "case when is_main then '0' else '1' end || new_code") }} as successor_codes
  from {{ ref('former_units') }}
  group by unit_code, ended_on
),

-- The names are listed with each unit that took over the former unit.
names as (
  select distinct
    unit_code,
    ended_on,
    name_vi,
    name_en
  from {{ ref('former_units') }}
)

select
  names.unit_code,
  names.ended_on as valid_to,
  names.name_vi,
  names.name_en,
  successors.successor_codes
from names
inner join successors on names.unit_code = successors.unit_code and names.ended_on = successors.ended_on
