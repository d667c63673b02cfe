-- Changes of targets that are compared with the end of last year: in what they count, within a year, over the units
-- known at both ends. Units joined by a merger count as one.
with known as (
  select
    target_code,
    counted_code,
    counted_valid_from,
    period_code,
    period_window,
    ward_group,
    sum(case when term = 'numerator' then input_value end) as numerator,
    sum(case when term = 'denominator' then input_value end) as base
  from {{ ref('int_base_terms') }}
  where is_known
  group by target_code, counted_code, counted_valid_from, period_code, period_window, ward_group
),

changes as (
  select
    known.target_code,
    known.counted_code,
    known.counted_valid_from,
    known.period_code,
    known.period_window,
    known.numerator - before.numerator as change_count,
    known.base
  from known
  inner join {{ ref('int_periods') }} as periods on known.period_code = periods.period_code
  inner join {{ ref('int_periods') }} as previous
    on periods.previous_period_code = previous.period_code and periods.year = previous.year
  inner join known as before
    on known.target_code = before.target_code
    and known.ward_group = before.ward_group
    and known.period_window = before.period_window
    and previous.period_code = before.period_code
)

select
  changes.target_code,
  ancestors.row_unit_code as unit_code,
  ancestors.row_unit_valid_from as unit_valid_from,
  changes.period_code,
  changes.period_window,
  sum(changes.change_count) as change_count,
  100.0 * sum(changes.change_count) / nullif(sum(changes.base), 0) as change_pct
from changes
inner join {{ ref('int_unit_ancestors') }} as ancestors
  on changes.counted_code = ancestors.unit_code
  and changes.counted_valid_from = ancestors.unit_valid_from
  and changes.period_code = ancestors.period_code
group by
  changes.target_code, ancestors.row_unit_code, ancestors.row_unit_valid_from, changes.period_code,
  changes.period_window
