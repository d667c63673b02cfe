-- Per reporter, so that one report changes few of the sums that are added up to the units above.
with inputs as (
  select * from {{ ref('int_breakdown_inputs') }}
),

used_quarters as (
  select * from {{ ref('int_used_quarters') }}
),

-- Added up before they are joined with every quarter that uses them. Without the condition, an increment would add up
-- two years, of which the quarters that changed use one.
unit_sums as (
  select
    target_code,
    breakdown_code,
    category_code,
    unit_code,
    unit_valid_from,
    reporter_code,
    reporter_valid_from,
    period_code,
    sum(counted_value) as counted_value,
    sum(base_value) as base_value
  from inputs
  where period_code in (select used_quarters.source_period_code from used_quarters)
  group by
    target_code, breakdown_code, category_code, unit_code, unit_valid_from, reporter_code, reporter_valid_from,
    period_code
),

summed as (
  select
    unit_sums.target_code,
    unit_sums.breakdown_code,
    unit_sums.category_code,
    unit_sums.reporter_code,
    unit_sums.reporter_valid_from,
    used_quarters.period_code,
    used_quarters.period_window,
    sum(unit_sums.counted_value) as value_count,
    sum(unit_sums.base_value) as base_count
  from unit_sums
  inner join used_quarters
    on unit_sums.target_code = used_quarters.target_code
    and unit_sums.unit_code = used_quarters.unit_code
    and unit_sums.unit_valid_from = used_quarters.unit_valid_from
    and unit_sums.period_code = used_quarters.source_period_code
  group by
    unit_sums.target_code, unit_sums.breakdown_code, unit_sums.category_code,
    unit_sums.reporter_code, unit_sums.reporter_valid_from,
    used_quarters.period_code, used_quarters.period_window
  {{ planned_apart() }}
)

select * from summed
order by period_code
