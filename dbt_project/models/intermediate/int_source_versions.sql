-- The reports that a figure came from: reporter, quarter and version, as readable text.
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

-- A level without reports of its own takes its figures from the reports of its units. Targets compared with last year's
-- end use only the units that are known, with their base.
used_units as (
  select
    used_quarters.target_code,
    used_quarters.unit_code,
    used_quarters.unit_valid_from,
    used_quarters.period_code,
    used_quarters.period_window,
    used_quarters.source_period_code,
    coalesce(inputs.reporting_unit_code, used_quarters.unit_code) as reporting_unit_code,
    coalesce(inputs.reporting_unit_valid_from, used_quarters.unit_valid_from) as reporting_unit_valid_from
  from used_quarters
  left join summed_inputs as inputs
    on used_quarters.target_code = inputs.target_code
    and used_quarters.unit_code = inputs.unit_code
    and used_quarters.unit_valid_from = inputs.unit_valid_from
    and used_quarters.source_period_code = inputs.period_code
  where used_quarters.target_code not in (select base_terms.target_code from {{ ref('int_base_terms') }} as base_terms)

  union all

  select distinct
    base_terms.target_code,
    base_terms.counted_code as unit_code,
    base_terms.counted_valid_from as unit_valid_from,
    base_terms.period_code,
    base_terms.period_window,
    base_terms.source_period_code,
    base_terms.unit_code as reporting_unit_code,
    base_terms.unit_valid_from as reporting_unit_valid_from
  from {{ ref('int_base_terms') }} as base_terms
  inner join used_quarters
    on base_terms.target_code = used_quarters.target_code
    and base_terms.counted_code = used_quarters.unit_code
    and base_terms.counted_valid_from = used_quarters.unit_valid_from
    and base_terms.period_code = used_quarters.period_code
    and base_terms.period_window = used_quarters.period_window
    and base_terms.source_period_code = used_quarters.source_period_code
  where base_terms.is_known
),

-- The wards of one district report in one workbook: they are grouped before the list is made.
used_reports as (
  select distinct
    used_units.target_code,
    used_units.period_code,
    used_units.period_window,
    ancestors.row_unit_code as unit_code,
    ancestors.row_unit_valid_from as unit_valid_from,
    reporters.source_version
  from used_units
  inner join expected
    on used_units.reporting_unit_code = expected.unit_code
    and used_units.reporting_unit_valid_from = expected.unit_valid_from
    and used_units.source_period_code = expected.period_code
  inner join reporters
    on expected.reporter_code = reporters.reporter_code
    and expected.reporter_valid_from = reporters.reporter_valid_from
    and expected.period_code = reporters.period_code
  inner join {{ ref('int_unit_ancestors') }} as ancestors
    on used_units.unit_code = ancestors.unit_code
    and used_units.unit_valid_from = ancestors.unit_valid_from
    and used_units.period_code = ancestors.period_code
)

select
  target_code,
  unit_code,
  unit_valid_from,
  period_code,
  period_window,
  {{ ordered_list('source_version', "'; '") }} as source_versions
from used_reports
group by target_code, unit_code, unit_valid_from, period_code, period_window
order by period_code
