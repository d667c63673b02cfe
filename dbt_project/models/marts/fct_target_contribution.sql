-- A view: the intermediate layer already stores the contributions, and a second copy would only take space.
{{ config(materialized=derived(), tags=['derived']) }}

-- A unit that ended within the year is shown in its last state.
with expected as (
  select
    expected_units.*,
    periods.period_code as row_period_code,
    row_number() over (
      partition by expected_units.unit_code, expected_units.unit_valid_from, periods.period_code
      order by expected_units.quarter desc
    ) as last_first
  from {{ ref('int_expected_units') }} as expected_units
  inner join {{ ref('int_periods') }} as periods
    on expected_units.year = periods.year and expected_units.quarter <= periods.quarter
)

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
  contributions.is_carried,
  contributions.has_ended,
  contributions.last_period_code,
  contributions.provisional_reason,
  contributions.numerator,
  contributions.denominator,
  cast(contributions.expected_count as integer) as expected_count,
  cast(contributions.reported_count as integer) as reported_count
from {{ ref('int_target_unit_windows') }} as contributions
inner join {{ ref('int_unit_ancestors') }} as ancestors
  on contributions.unit_code = ancestors.unit_code
  and contributions.unit_valid_from = ancestors.unit_valid_from
  and contributions.period_code = ancestors.period_code
inner join expected
  on contributions.unit_code = expected.unit_code
  and contributions.unit_valid_from = expected.unit_valid_from
  and contributions.period_code = expected.row_period_code
  and expected.last_first = 1
