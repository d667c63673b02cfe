{% set two = 'cast(2 as ' ~ type_number() ~ ')' %}

-- The reports that a figure came from: reporter, quarter and version, as readable text, which is made once for each set
-- of quarters.
with used_reports as (
  select * from {{ ref('int_used_reports') }}
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
  from used_reports
  group by target_code, unit_code, unit_valid_from, period_code, period_window
),

sets as (
  select distinct
    reporter_code,
    reporter_valid_from,
    period_code,
    quarter_set
  from used_reports
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
    used_reports.target_code,
    used_reports.unit_code,
    used_reports.unit_valid_from,
    used_reports.period_code,
    used_reports.period_window,
    reports_of_sets.source_version
  from used_reports
  inner join row_keys
    on used_reports.target_code = row_keys.target_code
    and used_reports.unit_code = row_keys.unit_code
    and used_reports.unit_valid_from = row_keys.unit_valid_from
    and used_reports.period_code = row_keys.period_code
    and used_reports.period_window = row_keys.period_window
    and row_keys.set_count > 1
  inner join reports_of_sets
    on used_reports.reporter_code = reports_of_sets.reporter_code
    and used_reports.reporter_valid_from = reports_of_sets.reporter_valid_from
    and used_reports.period_code = reports_of_sets.period_code
    and used_reports.quarter_set = reports_of_sets.quarter_set
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
where coalesce(texts_of_rows.source_versions, texts_of_sets.source_versions) is not null
order by row_keys.period_code
