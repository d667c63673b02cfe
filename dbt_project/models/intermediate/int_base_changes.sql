-- What is held against the end of last year changes in what it counts, within a year, over the units known at both
-- ends.
with known as (
  select
    base_terms.target_code,
    base_terms.counted_code,
    base_terms.counted_valid_from,
    base_terms.period_code,
    base_terms.period_window,
    base_terms.unit_code,
    base_terms.unit_valid_from,
    sum(base_terms.input_value) as input_value
  from {{ ref('int_base_terms') }} as base_terms
  where base_terms.is_known and base_terms.term = 'numerator'
  group by
    base_terms.target_code, base_terms.counted_code, base_terms.counted_valid_from, base_terms.period_code,
    base_terms.period_window, base_terms.unit_code, base_terms.unit_valid_from
),

bases as (
  select
    target_code,
    period_code,
    period_window,
    unit_code,
    unit_valid_from,
    sum(input_value) as base_value
  from {{ ref('int_base_terms') }}
  where is_known and term = 'denominator'
  group by target_code, period_code, period_window, unit_code, unit_valid_from
),

changes as (
  select
    known.target_code,
    known.counted_code,
    known.counted_valid_from,
    known.period_code,
    known.period_window,
    known.input_value - before.input_value as change_count,
    bases.base_value
  from known
  inner join {{ ref('int_periods') }} as periods on known.period_code = periods.period_code
  inner join {{ ref('int_periods') }} as previous
    on periods.previous_period_code = previous.period_code and periods.year = previous.year
  inner join known as before
    on known.target_code = before.target_code
    and known.unit_code = before.unit_code
    and known.unit_valid_from = before.unit_valid_from
    and known.period_window = before.period_window
    and previous.period_code = before.period_code
  left join bases
    on known.target_code = bases.target_code
    and known.unit_code = bases.unit_code
    and known.unit_valid_from = bases.unit_valid_from
    and known.period_code = bases.period_code
    and known.period_window = bases.period_window
)

select
  changes.target_code,
  ancestors.row_unit_code as unit_code,
  ancestors.row_unit_valid_from as unit_valid_from,
  changes.period_code,
  changes.period_window,
  sum(changes.change_count) as change_count,
  100.0 * sum(changes.change_count) / nullif(sum(changes.base_value), 0) as change_pct
from changes
inner join {{ ref('int_unit_ancestors') }} as ancestors
  on changes.counted_code = ancestors.unit_code
  and changes.counted_valid_from = ancestors.unit_valid_from
  and changes.period_code = ancestors.period_code
group by
  changes.target_code, ancestors.row_unit_code, ancestors.row_unit_valid_from, changes.period_code,
  changes.period_window
