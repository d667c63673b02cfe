-- A unit takes part in a period only when its report for that very period counts; earlier quarters then add up.
with unit_quarters as (
  select * from {{ ref('int_target_unit_quarters') }}
),

bases as (
  select * from {{ ref('int_target_bases') }}
),

needs_base as (
  select distinct target_code from {{ ref('target_terms') }}
  where window_rule = 'base'
),

windows as (
  select 'quarter' as period_window
  union all
  select 'ytd' as period_window
),

window_quarters as (
  select
    windows.period_window,
    unit_quarters.target_code,
    unit_quarters.counting_rule,
    unit_quarters.numerator_rule,
    unit_quarters.unit_code,
    unit_quarters.unit_valid_from,
    unit_quarters.period_code,
    unit_quarters.year,
    unit_quarters.is_reported as is_reported_now,
    unit_quarters.numerator_value as numerator_now,
    unit_quarters.denominator_end_value as denominator_now,
    history.is_reported,
    history.numerator_value,
    history.denominator_sum_value,
    history.denominator_start_value,
    row_number() over (
      partition by
        windows.period_window, unit_quarters.target_code, unit_quarters.unit_code, unit_quarters.unit_valid_from,
        unit_quarters.period_code
      order by case when history.is_reported then 0 else 1 end, history.quarter
    ) as reported_order
  from unit_quarters
  cross join windows
  inner join unit_quarters as history
    on unit_quarters.target_code = history.target_code
    and unit_quarters.unit_code = history.unit_code
    and unit_quarters.unit_valid_from = history.unit_valid_from
    and unit_quarters.year = history.year
    and (
      unit_quarters.quarter = history.quarter
      or (windows.period_window = 'ytd' and unit_quarters.quarter > history.quarter)
    )
),

added_up as (
  select
    period_window,
    target_code,
    counting_rule,
    numerator_rule,
    unit_code,
    unit_valid_from,
    period_code,
    year,
    is_reported_now,
    numerator_now,
    denominator_now,
    count(*) as expected_count,
    sum(case when is_reported then 1 else 0 end) as reported_count,
    sum(case when is_reported then numerator_value end) as numerator_sum,
    sum(case when is_reported and numerator_value >= 1 then 1 else 0 end) as active_quarter_count,
    sum(case when is_reported then denominator_sum_value end) as denominator_sum,
    sum(case when is_reported and reported_order = 1 then denominator_start_value end) as denominator_start
  from window_quarters
  group by
    period_window, target_code, counting_rule, numerator_rule, unit_code, unit_valid_from, period_code, year,
    is_reported_now, numerator_now, denominator_now
),

-- Without its base a unit gives no figure in that year, so nothing of it may count as reported either.
with_base as (
  select
    added_up.*,
    bases.base_value,
    needs_base.target_code is null or bases.base_value is not null as has_base
  from added_up
  left join needs_base on added_up.target_code = needs_base.target_code
  left join bases
    on added_up.target_code = bases.target_code
    and added_up.unit_code = bases.unit_code
    and added_up.unit_valid_from = bases.unit_valid_from
    and added_up.year = bases.year
),

parts as (
  select
    with_base.*,
    with_base.is_reported_now and with_base.has_base as takes_part
  from with_base
)

select
  period_window,
  target_code,
  unit_code,
  unit_valid_from,
  period_code,
  takes_part,
  expected_count,
  case when has_base then reported_count else 0 end as reported_count,
  case
    when not takes_part then null
    when counting_rule = 'units' and numerator_rule = 'end' then case when numerator_now >= 1 then 1.0 else 0.0 end
    when counting_rule = 'units' then case when numerator_sum >= 1 then 1.0 else 0.0 end
    when counting_rule = 'quarters' then active_quarter_count
    when numerator_rule = 'end' then numerator_now
    else numerator_sum
  end as numerator,
  case
    when counting_rule = 'units' then 1.0
    when not takes_part then null
    when counting_rule = 'quarters' then reported_count
    else
      coalesce(denominator_sum, 0)
      + coalesce(denominator_start, 0)
      + coalesce(denominator_now, 0)
      + coalesce(base_value, 0)
  end as denominator
from parts
order by period_code, target_code, period_window
