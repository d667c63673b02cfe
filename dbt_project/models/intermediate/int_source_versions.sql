{% set two = 'cast(2 as ' ~ type_number() ~ ')' %}

-- The reports that a figure came from: reporter, quarter and version, as readable text. Most figures come from one
-- reporter, and many from the same quarters of it: such a set of quarters is a number, and its text is made once.
with used_quarters as (
  select * from {{ ref('int_used_quarters') }}
),

expected as (
  select * from {{ ref('int_expected_units') }}
),

reporters as (
  select
    reporter_code,
    reporter_valid_from,
    period_code,
    reporter_code || ' ' || period_code || ' v' || cast(version as {{ dbt.type_string() }}) as source_version
  from {{ ref('int_reporter_periods') }}
  where version is not null
),

-- Units that are added up to a unit without reports of its own.
summed_inputs as (
  select distinct
    inputs.target_code,
    inputs.unit_code,
    inputs.unit_valid_from,
    inputs.period_code,
    inputs.reporting_unit_code,
    inputs.reporting_unit_valid_from
  from {{ ref('int_target_inputs') }} as inputs
  inner join expected
    on inputs.unit_code = expected.unit_code
    and inputs.unit_valid_from = expected.unit_valid_from
    and inputs.period_code = expected.period_code
  where expected.reporter_code is null
),

-- A level without reports of its own takes its figures from the reports of its units, of which those of one district
-- are in one workbook. Targets compared with last year's end use only the units that are known, with their base.
used_reports as (
  select
    used_quarters.target_code,
    used_quarters.unit_code,
    used_quarters.unit_valid_from,
    used_quarters.period_code,
    used_quarters.period_window,
    used_quarters.source_period_code,
    expected.reporter_code,
    expected.reporter_valid_from
  from used_quarters
  inner join expected
    on used_quarters.unit_code = expected.unit_code
    and used_quarters.unit_valid_from = expected.unit_valid_from
    and used_quarters.source_period_code = expected.period_code
  where
    expected.reporter_code is not null
    and used_quarters.target_code not in (select base_terms.target_code from {{ ref('int_base_terms') }} as base_terms)

  union all

  select distinct
    used_quarters.target_code,
    used_quarters.unit_code,
    used_quarters.unit_valid_from,
    used_quarters.period_code,
    used_quarters.period_window,
    used_quarters.source_period_code,
    expected.reporter_code,
    expected.reporter_valid_from
  from used_quarters
  inner join summed_inputs as inputs
    on used_quarters.target_code = inputs.target_code
    and used_quarters.unit_code = inputs.unit_code
    and used_quarters.unit_valid_from = inputs.unit_valid_from
    and used_quarters.source_period_code = inputs.period_code
  inner join expected
    on inputs.reporting_unit_code = expected.unit_code
    and inputs.reporting_unit_valid_from = expected.unit_valid_from
    and used_quarters.source_period_code = expected.period_code
  where used_quarters.target_code not in (select base_terms.target_code from {{ ref('int_base_terms') }} as base_terms)

  union all

  select distinct
    base_terms.target_code,
    base_terms.counted_code as unit_code,
    base_terms.counted_valid_from as unit_valid_from,
    base_terms.period_code,
    base_terms.period_window,
    base_terms.source_period_code,
    expected.reporter_code,
    expected.reporter_valid_from
  from {{ ref('int_base_terms') }} as base_terms
  inner join used_quarters
    on base_terms.target_code = used_quarters.target_code
    and base_terms.counted_code = used_quarters.unit_code
    and base_terms.counted_valid_from = used_quarters.unit_valid_from
    and base_terms.period_code = used_quarters.period_code
    and base_terms.period_window = used_quarters.period_window
    and base_terms.source_period_code = used_quarters.source_period_code
  inner join expected
    on base_terms.unit_code = expected.unit_code
    and base_terms.unit_valid_from = expected.unit_valid_from
    and base_terms.source_period_code = expected.period_code
  where base_terms.is_known
),

-- A set of quarters of one reporter: the sum of a power of two for each, by its distance from the row's quarter.
-- None is further back than the year before, so that the number is exact.
unit_sets as (
  select
    used_reports.target_code,
    used_reports.unit_code,
    used_reports.unit_valid_from,
    used_reports.period_code,
    used_reports.period_window,
    used_reports.reporter_code,
    used_reports.reporter_valid_from,
    sum(power({{ two }}, periods.period_number - sources.period_number)) as quarter_set
  from used_reports
  inner join reporters
    on used_reports.reporter_code = reporters.reporter_code
    and used_reports.reporter_valid_from = reporters.reporter_valid_from
    and used_reports.source_period_code = reporters.period_code
  inner join {{ ref('int_periods') }} as periods on used_reports.period_code = periods.period_code
  inner join {{ ref('int_periods') }} as sources on used_reports.source_period_code = sources.period_code
  group by
    used_reports.target_code, used_reports.unit_code, used_reports.unit_valid_from, used_reports.period_code,
    used_reports.period_window, used_reports.reporter_code, used_reports.reporter_valid_from
),

row_sets as (
  select distinct
    unit_sets.target_code,
    unit_sets.period_code,
    unit_sets.period_window,
    ancestors.row_unit_code as unit_code,
    ancestors.row_unit_valid_from as unit_valid_from,
    unit_sets.reporter_code,
    unit_sets.reporter_valid_from,
    unit_sets.quarter_set
  from unit_sets
  inner join {{ ref('int_unit_ancestors') }} as ancestors
    on unit_sets.unit_code = ancestors.unit_code
    and unit_sets.unit_valid_from = ancestors.unit_valid_from
    and unit_sets.period_code = ancestors.period_code
),

-- The least set of a row is its only one where it has one.
row_keys as (
  select
    target_code,
    unit_code,
    unit_valid_from,
    period_code,
    period_window,
    count(*) as set_count,
    min(reporter_code) as reporter_code,
    min(reporter_valid_from) as reporter_valid_from,
    min(quarter_set) as quarter_set
  from row_sets
  group by target_code, unit_code, unit_valid_from, period_code, period_window
),

sets as (
  select distinct
    reporter_code,
    reporter_valid_from,
    period_code,
    quarter_set
  from row_sets
),

-- A quarter is in a set whose number, divided by the quarter's power of two, is odd.
reports_of_sets as (
  select
    sets.reporter_code,
    sets.reporter_valid_from,
    sets.period_code,
    sets.quarter_set,
    reporters.source_version
  from sets
  inner join {{ ref('int_periods') }} as periods on sets.period_code = periods.period_code
  inner join reporters
    on sets.reporter_code = reporters.reporter_code
    and sets.reporter_valid_from = reporters.reporter_valid_from
  inner join {{ ref('int_periods') }} as sources on reporters.period_code = sources.period_code
  where
    sources.period_number <= periods.period_number
    and floor(sets.quarter_set / power({{ two }}, periods.period_number - sources.period_number))
    - 2 * floor(sets.quarter_set / power({{ two }}, periods.period_number - sources.period_number + 1)) = 1
),

texts_of_sets as (
  select
    reporter_code,
    reporter_valid_from,
    period_code,
    quarter_set,
    {{ ordered_list('source_version', "'; '") }} as source_versions
  from reports_of_sets
  group by reporter_code, reporter_valid_from, period_code, quarter_set
),

reports_of_rows as (
  select distinct
    row_sets.target_code,
    row_sets.unit_code,
    row_sets.unit_valid_from,
    row_sets.period_code,
    row_sets.period_window,
    reports_of_sets.source_version
  from row_sets
  inner join row_keys
    on row_sets.target_code = row_keys.target_code
    and row_sets.unit_code = row_keys.unit_code
    and row_sets.unit_valid_from = row_keys.unit_valid_from
    and row_sets.period_code = row_keys.period_code
    and row_sets.period_window = row_keys.period_window
    and row_keys.set_count > 1
  inner join reports_of_sets
    on row_sets.reporter_code = reports_of_sets.reporter_code
    and row_sets.reporter_valid_from = reports_of_sets.reporter_valid_from
    and row_sets.period_code = reports_of_sets.period_code
    and row_sets.quarter_set = reports_of_sets.quarter_set
),

texts_of_rows as (
  select
    target_code,
    unit_code,
    unit_valid_from,
    period_code,
    period_window,
    {{ ordered_list('source_version', "'; '") }} as source_versions
  from reports_of_rows
  group by target_code, unit_code, unit_valid_from, period_code, period_window
)

select
  row_keys.target_code,
  row_keys.unit_code,
  row_keys.unit_valid_from,
  row_keys.period_code,
  row_keys.period_window,
  coalesce(texts_of_rows.source_versions, texts_of_sets.source_versions) as source_versions
from row_keys
left join texts_of_rows
  on row_keys.target_code = texts_of_rows.target_code
  and row_keys.unit_code = texts_of_rows.unit_code
  and row_keys.unit_valid_from = texts_of_rows.unit_valid_from
  and row_keys.period_code = texts_of_rows.period_code
  and row_keys.period_window = texts_of_rows.period_window
left join texts_of_sets
  on row_keys.reporter_code = texts_of_sets.reporter_code
  and row_keys.reporter_valid_from = texts_of_sets.reporter_valid_from
  and row_keys.period_code = texts_of_sets.period_code
  and row_keys.quarter_set = texts_of_sets.quarter_set
order by row_keys.period_code
