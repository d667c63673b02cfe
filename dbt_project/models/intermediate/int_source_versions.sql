-- The reports that a figure came from: reporter, quarter and version, in words a person can check.
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

-- The wards of one district report in one workbook: they are brought together before anything is listed.
used_reports as (
  select distinct
    used_quarters.target_code,
    used_quarters.period_code,
    used_quarters.period_window,
    ancestors.row_unit_code as unit_code,
    ancestors.row_unit_valid_from as unit_valid_from,
    reporters.source_version
  from used_quarters
  inner join expected
    on used_quarters.unit_code = expected.unit_code
    and used_quarters.unit_valid_from = expected.unit_valid_from
    and used_quarters.source_period_code = expected.period_code
  inner join reporters
    on expected.reporter_code = reporters.reporter_code
    and expected.reporter_valid_from = reporters.reporter_valid_from
    and expected.period_code = reporters.period_code
  inner join {{ ref('int_unit_ancestors') }} as ancestors
    on used_quarters.unit_code = ancestors.unit_code
    and used_quarters.unit_valid_from = ancestors.unit_valid_from
    and used_quarters.period_code = ancestors.period_code
)

select
  target_code,
  unit_code,
  unit_valid_from,
  period_code,
  period_window,
  {{ dbt.listagg('source_version', "'; '", 'order by source_version') }} as source_versions
from used_reports
group by target_code, unit_code, unit_valid_from, period_code, period_window
