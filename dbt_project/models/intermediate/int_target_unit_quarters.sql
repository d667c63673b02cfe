-- depends_on: {{ ref('int_unit_ancestors') }}
with targets as (
  select * from {{ ref('int_plan_targets') }}
),

expected as (
  select * from {{ ref('int_expected_units') }}
),

answered as (
  select * from {{ ref('int_target_terms') }}
),

reporters as (
  select * from {{ ref('int_reporter_periods') }}
),

needed as (
  select
    target_code,
    count(*) as needed_term_count,
    max(case when term = 'numerator' then window_rule end) as numerator_rule,
    max(case when window_rule in ('end', 'base') then 1 else 0 end) = 0 as is_sum
  from {{ ref('target_terms') }}
  group by target_code
),

-- A plan may begin within a year, and its targets with it.
beginnings as (
  select
    targets.target_code,
    periods.year,
    min(periods.quarter) as quarter
  from targets
  inner join {{ ref('int_periods') }} as periods on targets.period_code = periods.period_code
  group by targets.target_code, periods.year
),

-- A rolled-up target is counted in the districts that its reporting units belong to.
counted_units as (
  select
    targets.target_code,
    targets.counting_rule,
    needed.needed_term_count,
    needed.numerator_rule,
    targets.counting_rule = 'amounts' and needed.is_sum as is_sum,
    targets.counted_levels,
    targets.rollup_level,
    targets.rural_only,
    expected.unit_code,
    expected.unit_valid_from,
    expected.reporter_code,
    expected.reporter_valid_from,
    expected.period_code,
    expected.year,
    expected.quarter,
    greatest(expected.first_quarter, beginnings.quarter) as first_quarter,
    expected.has_begun
  from targets
  inner join needed on targets.target_code = needed.target_code
  inner join beginnings on targets.target_code = beginnings.target_code and targets.year = beginnings.year
  inner join expected
    on targets.period_code = expected.period_code
    and (
      (targets.rollup_level is null and {{ has_level('targets.counted_levels', 'expected.unit_level') }})
      or targets.rollup_level = expected.unit_level
    )
    and (expected.is_rural or not targets.rural_only)
),

-- For a rolled-up unit, the number of units below it that must report; any other unit reports itself.
required_parts as (
  select
    counted_units.target_code,
    counted_units.unit_code,
    counted_units.unit_valid_from,
    counted_units.period_code,
    count(*) as required_unit_count
  from counted_units
  inner join expected
    on counted_units.period_code = expected.period_code
    and counted_units.unit_code = expected.parent_code
    and {{ counts_for('counted_units', 'expected') }}
  where counted_units.rollup_level is not null
  group by
    counted_units.target_code, counted_units.unit_code, counted_units.unit_valid_from, counted_units.period_code
),

-- Coverage over units needs any answer; a ratio needs every one of its terms.
with_answers as (
  select
    counted_units.target_code,
    counted_units.counting_rule,
    counted_units.numerator_rule,
    counted_units.is_sum,
    counted_units.unit_code,
    counted_units.unit_valid_from,
    counted_units.period_code,
    counted_units.year,
    counted_units.quarter,
    counted_units.first_quarter,
    counted_units.has_begun,
    counted_units.reporter_code,
    answered.numerator_value,
    answered.denominator_sum_value,
    answered.denominator_start_value,
    answered.denominator_end_value,
    answered.answering_unit_count < required_parts.required_unit_count as has_silent_part,
    reporters.report_state,
    case
      when answered.answered_term_count is null then false
      when counted_units.counting_rule = 'amounts'
        then answered.answered_term_count = counted_units.needed_term_count
      else answered.numerator_value is not null
    end as is_reported
  from counted_units
  left join answered
    on counted_units.target_code = answered.target_code
    and counted_units.unit_code = answered.unit_code
    and counted_units.unit_valid_from = answered.unit_valid_from
    and counted_units.period_code = answered.period_code
  left join required_parts
    on counted_units.target_code = required_parts.target_code
    and counted_units.unit_code = required_parts.unit_code
    and counted_units.unit_valid_from = required_parts.unit_valid_from
    and counted_units.period_code = required_parts.period_code
  left join reporters
    on counted_units.reporter_code = reporters.reporter_code
    and counted_units.reporter_valid_from = reporters.reporter_valid_from
    and counted_units.period_code = reporters.period_code
),

with_reasons as (
  select
    with_answers.*,
    case
      when is_reported and not coalesce(has_silent_part, false) then null
      when report_state = 'accepted' or (is_reported and reporter_code is null) then 'silent_wards'
      when report_state = 'rejected' then 'rejected'
      else 'not_reported'
    end as missing_reason
  from with_answers
),

years as (
  select
    year,
    max(quarter) as last_quarter
  from {{ ref('int_periods') }}
  group by year
),

-- Few units end within a year, so they are selected before anything else is read of them.
ended as (
  select
    counted_units.target_code,
    counted_units.unit_code,
    counted_units.unit_valid_from,
    counted_units.year,
    max(counted_units.quarter) as quarter
  from counted_units
  inner join years on counted_units.year = years.year
  where counted_units.is_sum
  group by
    counted_units.target_code, counted_units.unit_code, counted_units.unit_valid_from, counted_units.year,
    years.last_quarter
  having max(counted_units.quarter) < years.last_quarter
),

lasts as (
  select with_reasons.*
  from with_reasons
  inner join ended
    on with_reasons.target_code = ended.target_code
    and with_reasons.unit_code = ended.unit_code
    and with_reasons.unit_valid_from = ended.unit_valid_from
    and with_reasons.year = ended.year
    and with_reasons.quarter = ended.quarter
)

select
  target_code,
  counting_rule,
  numerator_rule,
  unit_code,
  unit_valid_from,
  period_code,
  year,
  quarter,
  first_quarter,
  has_begun,
  false as has_ended,
  numerator_value,
  denominator_sum_value,
  denominator_start_value,
  denominator_end_value,
  is_reported,
  is_reported as is_up_to_date,
  missing_reason
from with_reasons

union all

-- Reports of a unit before it ended stay in the year's sums; no further report is due from it.
select
  lasts.target_code,
  lasts.counting_rule,
  lasts.numerator_rule,
  lasts.unit_code,
  lasts.unit_valid_from,
  periods.period_code,
  periods.year,
  periods.quarter,
  lasts.first_quarter,
  periods.has_begun,
  true as has_ended,
  null as numerator_value,
  null as denominator_sum_value,
  null as denominator_start_value,
  null as denominator_end_value,
  false as is_reported,
  lasts.is_reported as is_up_to_date,
  lasts.missing_reason
from lasts
inner join {{ ref('int_periods') }} as periods
  on lasts.year = periods.year and lasts.quarter < periods.quarter
