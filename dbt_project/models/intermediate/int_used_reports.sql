-- depends_on: {{ ref('int_unit_reporters') }}
{% set two = 'cast(2 as ' ~ type_number() ~ ')' %}

-- The quarters of each reporter from which a figure came. Most figures come from one reporter, and many from the same
-- quarters of it: such a set of quarters is a number.
with used_quarters as (
  select * from {{ ref('int_used_quarters') }}
),

expected as (
  select * from {{ ref('int_expected_units') }}
),

base_targets as (
  select distinct target_code from {{ ref('target_terms') }}
  where window_rule = 'base'
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
    and used_quarters.target_code not in (select base_targets.target_code from base_targets)

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
  where used_quarters.target_code not in (select base_targets.target_code from base_targets)

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
  inner join {{ ref('int_periods') }} as periods on used_reports.period_code = periods.period_code
  inner join {{ ref('int_periods') }} as sources on used_reports.source_period_code = sources.period_code
  group by
    used_reports.target_code, used_reports.unit_code, used_reports.unit_valid_from, used_reports.period_code,
    used_reports.period_window, used_reports.reporter_code, used_reports.reporter_valid_from
),

sets as (
  select distinct
    unit_sets.target_code,
    ancestors.row_unit_code as unit_code,
    ancestors.row_unit_valid_from as unit_valid_from,
    unit_sets.period_code,
    unit_sets.period_window,
    unit_sets.reporter_code,
    unit_sets.reporter_valid_from,
    unit_sets.quarter_set
  from unit_sets
  inner join {{ ref('int_unit_ancestors') }} as ancestors
    on unit_sets.unit_code = ancestors.unit_code
    and unit_sets.unit_valid_from = ancestors.unit_valid_from
    and unit_sets.period_code = ancestors.period_code
  {{ planned_apart() }}
)

select * from sets
order by {{ period_order() }}
