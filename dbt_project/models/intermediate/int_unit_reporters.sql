-- Which reporters the figures of a unit may come from: those of all units that it ever was above, and of the wards that
-- were merged with these, whose answers of last year are their base.
with ancestors as (
  select distinct
    unit_code,
    row_unit_code
  from {{ ref('int_unit_ancestors') }}
),

merged as (
  select distinct
    units.unit_code,
    others.unit_code as other_code
  from {{ ref('int_merged_units') }} as units
  inner join {{ ref('int_merged_units') }} as others
    on units.period_code = others.period_code and units.merged_key = others.merged_key
),

reporting as (
  select
    row_unit_code,
    unit_code
  from ancestors
  union
  select
    ancestors.row_unit_code,
    merged.other_code as unit_code
  from ancestors
  inner join merged on ancestors.unit_code = merged.unit_code
)

select distinct
  reporting.row_unit_code as unit_code,
  expected.reporter_code
from reporting
inner join {{ ref('int_expected_units') }} as expected on reporting.unit_code = expected.unit_code
where expected.reporter_code is not null
