-- A view: the intermediate layer already stores the rows.
{{ config(materialized=derived(), tags=['derived']) }}

select
  unit_code,
  unit_valid_from,
  period_code,
  row_unit_code as ancestor_code,
  row_unit_valid_from as ancestor_valid_from,
  row_unit_level as ancestor_level
from {{ ref('int_unit_ancestors') }}
