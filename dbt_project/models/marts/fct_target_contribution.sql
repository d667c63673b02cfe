-- A view: the contributions stand in the intermediate layer already, and a second copy would only cost space.
{{ config(materialized='view') }}

select
  contributions.target_code,
  ancestors.row_unit_code,
  ancestors.row_unit_valid_from,
  contributions.unit_code,
  contributions.unit_valid_from,
  expected.unit_level,
  expected.parent_code,
  expected.reporter_code,
  contributions.period_code,
  contributions.period_window,
  contributions.takes_part,
  contributions.numerator,
  contributions.denominator,
  cast(contributions.expected_count as integer) as expected_count,
  cast(contributions.reported_count as integer) as reported_count
from {{ ref('int_target_unit_windows') }} as contributions
inner join {{ ref('int_unit_ancestors') }} as ancestors
  on contributions.unit_code = ancestors.unit_code
  and contributions.unit_valid_from = ancestors.unit_valid_from
  and contributions.period_code = ancestors.period_code
inner join {{ ref('int_expected_units') }} as expected
  on contributions.unit_code = expected.unit_code
  and contributions.unit_valid_from = expected.unit_valid_from
  and contributions.period_code = expected.period_code
