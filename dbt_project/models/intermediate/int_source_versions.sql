-- The reports behind a row: reporter, quarter and version, in words a person can check.
with reporters as (
  select * from {{ ref('int_reporter_periods') }}
),

periods as (
  select * from {{ ref('int_periods') }}
),

expected as (
  select * from {{ ref('int_expected_units') }}
),

windows as (
  select 'quarter' as period_window
  union all
  select 'ytd' as period_window
),

window_reports as (
  select
    reporters.reporter_code,
    reporters.reporter_valid_from,
    periods.period_code,
    windows.period_window,
    reporters.period_code as source_period_code,
    reporters.reporter_code || ' ' || reporters.period_code || ' v'
    || cast(reporters.version as {{ dbt.type_string() }}) as source_version
  from periods
  cross join windows
  inner join periods as history
    on periods.year = history.year
    and (
      periods.quarter = history.quarter
      or (windows.period_window = 'ytd' and periods.quarter > history.quarter)
    )
  inner join reporters on history.period_code = reporters.period_code
  where reporters.version is not null
),

per_reporter as (
  select
    reporter_code,
    reporter_valid_from,
    period_code,
    period_window,
    {{ dbt.listagg('source_version', "'; '", 'order by source_version') }} as source_versions
  from window_reports
  group by reporter_code, reporter_valid_from, period_code, period_window
),

whole_city as (
  select
    period_code,
    period_window,
    {{ dbt.listagg('source_version', "'; '", 'order by source_version') }} as source_versions
  from window_reports
  group by period_code, period_window
)

select
  expected.unit_code,
  expected.unit_valid_from,
  expected.period_code,
  per_reporter.period_window,
  per_reporter.source_versions
from expected
inner join per_reporter
  on expected.reporter_code = per_reporter.reporter_code
  and expected.reporter_valid_from = per_reporter.reporter_valid_from
  and expected.period_code = per_reporter.period_code
where expected.unit_level <> 'city'

union all

select
  expected.unit_code,
  expected.unit_valid_from,
  expected.period_code,
  whole_city.period_window,
  whole_city.source_versions
from expected
inner join whole_city on expected.period_code = whole_city.period_code
where expected.unit_level = 'city'
