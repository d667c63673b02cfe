-- Units as of the last quarter of a year: the unit itself and the units directly in it that fill in the form.
with expected as (
  select * from {{ ref('int_expected_units') }}
  where has_begun and parent_code is not null
),

unit_years as (
  select
    unit_code,
    unit_valid_from,
    unit_level,
    is_rural,
    year,
    max(period_code) as period_code
  from expected
  group by unit_code, unit_valid_from, unit_level, is_rural, year
),

measures as (
  select
    size_measures.measure_code,
    form_columns.form_code
  from {{ ref('size_measures') }} as size_measures
  inner join {{ ref('form_columns') }} as form_columns on size_measures.measure_code = form_columns.column_code
),

parts as (
  select
    unit_years.*,
    expected.unit_code as part_code,
    expected.unit_valid_from as part_valid_from,
    measures.measure_code
  from unit_years
  inner join {{ ref('int_unit_ancestors') }} as ancestors
    on unit_years.period_code = ancestors.period_code
    and unit_years.unit_code = ancestors.row_unit_code
    and unit_years.unit_valid_from = ancestors.row_unit_valid_from
  inner join expected
    on ancestors.period_code = expected.period_code
    and ancestors.unit_code = expected.unit_code
    and ancestors.unit_valid_from = expected.unit_valid_from
    and (unit_years.unit_code = expected.unit_code or unit_years.unit_code = expected.parent_code)
  cross join measures
  inner join {{ ref('int_form_levels') }} as form_levels
    on measures.form_code = form_levels.form_code
    and expected.unit_level = form_levels.unit_level
    and expected.period_code = form_levels.period_code
),

reported as (
  select * from {{ ref('int_reported_sizes') }}
),

-- The size is the last reported number: a late report does not make a unit smaller.
newest as (
  select
    parts.*,
    reported.measure_value,
    row_number() over (
      partition by parts.unit_code, parts.unit_valid_from, parts.year, parts.measure_code, parts.part_code
      order by reported.period_code desc nulls last
    ) as age
  from parts
  left join reported
    on parts.part_code = reported.unit_code
    and parts.part_valid_from = reported.unit_valid_from
    and parts.measure_code = reported.measure_code
    and parts.period_code >= reported.period_code
)

select
  unit_code,
  unit_valid_from,
  unit_level,
  is_rural,
  cast(year as integer) as year,
  period_code,
  measure_code,
  case when count(*) = count(measure_value) then sum(measure_value) end as measure_value,
  cast(count(*) as integer) as part_count,
  cast(count(measure_value) as integer) as known_part_count
from newest
where age = 1
group by unit_code, unit_valid_from, unit_level, is_rural, year, period_code, measure_code
order by year, unit_level, unit_code, measure_code
