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

-- What the wards that are joined by now counted in the previous period: before the merger each had its own number.
earlier as (
  select
    terms.target_code,
    terms.period_window,
    periods.period_code,
    coalesce(merged.merged_key, terms.ward_group) as ward_group,
    sum(terms.input_value) as numerator
  from {{ ref('int_base_terms') }} as terms
  inner join {{ ref('int_periods') }} as previous on terms.period_code = previous.period_code
  inner join {{ ref('int_periods') }} as periods
    on previous.period_code = periods.previous_period_code and previous.year = periods.year
  left join {{ ref('int_merged_units') }} as merged
    on periods.period_code = merged.period_code
    and terms.unit_code = merged.unit_code
    and terms.unit_valid_from = merged.unit_valid_from
  where terms.term = 'numerator'
  group by
    terms.target_code, terms.period_window, periods.period_code, coalesce(merged.merged_key, terms.ward_group)
  having min(case when terms.is_known then 1 else 0 end) = 1
),

changes as (
  select
    known.target_code,
    known.counted_code,
    known.counted_valid_from,
    known.period_code,
    known.period_window,
    known.numerator - earlier.numerator as change_count,
    known.base
  from known
  inner join earlier
    on known.target_code = earlier.target_code
    and known.ward_group = earlier.ward_group
    and known.period_window = earlier.period_window
    and known.period_code = earlier.period_code
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
