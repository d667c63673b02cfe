-- Units below their path or threshold: under the city its reporters, under other units those directly below.
with figures as (
  select * from {{ ref('fct_target_progress') }}
),

expected as (
  select * from {{ ref('int_expected_units') }}
),

unmet as (
  select
    target_code,
    unit_code,
    unit_valid_from,
    parent_code,
    period_code,
    period_window
  from figures
  where status in ('on_track', 'behind', 'far_behind')
),

short as (
  select
    figures.target_code,
    figures.unit_code,
    figures.unit_valid_from,
    figures.unit_level,
    figures.parent_code,
    expected.authority_code,
    levels.is_authority,
    figures.period_code,
    figures.period_window,
    figures.is_sensitive,
    figures.value_pct,
    coalesce(figures.missing_to_path_count, figures.missing_to_threshold_count, figures.waiting_count) as missing_count,
    figures.missing_to_threshold_count
  from figures
  inner join {{ ref('unit_levels') }} as levels on figures.unit_level = levels.unit_level
  inner join expected
    on figures.unit_code = expected.unit_code
    and figures.unit_valid_from = expected.unit_valid_from
    and figures.period_code = expected.period_code
  where
    figures.status in ('behind', 'far_behind')
    and coalesce(figures.missing_to_path_count, figures.missing_to_threshold_count, figures.waiting_count) > 0
),

below as (
  select
    unmet.unit_code as row_unit_code,
    unmet.unit_valid_from as row_unit_valid_from,
    short.*
  from unmet
  inner join short
    on unmet.target_code = short.target_code
    and unmet.period_code = short.period_code
    and unmet.period_window = short.period_window
    and unmet.unit_code = short.authority_code
  where unmet.parent_code is null and short.is_authority

  union all

  select
    unmet.unit_code as row_unit_code,
    unmet.unit_valid_from as row_unit_valid_from,
    short.*
  from unmet
  inner join short
    on unmet.target_code = short.target_code
    and unmet.period_code = short.period_code
    and unmet.period_window = short.period_window
    and unmet.unit_code = short.parent_code
  where unmet.parent_code is not null
)

select
  target_code,
  row_unit_code,
  row_unit_valid_from,
  unit_code,
  unit_valid_from,
  unit_level,
  period_code,
  period_window,
  is_sensitive,
  cast(missing_count as integer) as missing_count,
  missing_to_threshold_count,
  cast(
    row_number() over (
      partition by target_code, row_unit_code, row_unit_valid_from, period_code, period_window
      order by missing_count desc, value_pct asc, unit_code asc
    ) as integer
  ) as shortfall_rank
from below
order by period_code, period_window, target_code, row_unit_code, shortfall_rank
