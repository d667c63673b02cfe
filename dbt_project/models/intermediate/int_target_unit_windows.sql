-- A figure covers the units that are known. The year to date keeps what a unit has reported this year; missing reports
-- widen the bounds and are never counted as zero.
with unit_quarters as (
  select * from {{ ref('int_target_unit_quarters') }}
),

-- A ratio with a stock as denominator has bounds: the stock last reported in any year replaces a missing one.
denominator_rules as (
  select
    target_code,
    max(case when window_rule = 'base' then 1 else 0 end) = 1 as has_base,
    min(case when window_rule = 'end' then 1 else 0 end) = 1 as has_stock
  from {{ ref('target_terms') }}
  where term = 'denominator'
  group by target_code
),

stock_quarters as (
  select
    target_code,
    unit_code,
    unit_valid_from,
    period_code,
    max(case when denominator_end_value is not null then period_code end) over (
      partition by target_code, unit_code, unit_valid_from order by period_code
    ) as stock_period_code
  from unit_quarters
),

known_stocks as (
  select
    stock_quarters.target_code,
    stock_quarters.unit_code,
    stock_quarters.unit_valid_from,
    stock_quarters.period_code,
    unit_quarters.denominator_end_value as stock
  from stock_quarters
  inner join unit_quarters
    on stock_quarters.target_code = unit_quarters.target_code
    and stock_quarters.unit_code = unit_quarters.unit_code
    and stock_quarters.unit_valid_from = unit_quarters.unit_valid_from
    and stock_quarters.stock_period_code = unit_quarters.period_code
),

windows as (
  select 'quarter' as period_window
  union all
  select 'ytd' as period_window
),

-- A quarter that has not begun has no figure.
window_quarters as (
  select
    windows.period_window,
    unit_quarters.target_code,
    unit_quarters.counting_rule,
    unit_quarters.numerator_rule,
    unit_quarters.unit_code,
    unit_quarters.unit_valid_from,
    unit_quarters.period_code,
    unit_quarters.first_quarter,
    unit_quarters.has_ended,
    unit_quarters.is_up_to_date,
    unit_quarters.missing_reason,
    history.period_code as source_period_code,
    not history.has_ended as is_expected,
    history.is_reported,
    history.numerator_value,
    history.denominator_sum_value,
    history.denominator_start_value,
    history.denominator_end_value,
    row_number() over (
      partition by
        windows.period_window, unit_quarters.target_code, unit_quarters.unit_code, unit_quarters.unit_valid_from,
        unit_quarters.period_code
      order by case when history.is_reported then 0 else 1 end, history.quarter
    ) as first_order,
    row_number() over (
      partition by
        windows.period_window, unit_quarters.target_code, unit_quarters.unit_code, unit_quarters.unit_valid_from,
        unit_quarters.period_code
      order by case when history.is_reported then 0 else 1 end, history.quarter desc
    ) as last_order
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
  where unit_quarters.has_begun and (windows.period_window = 'ytd' or not unit_quarters.has_ended)
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
    first_quarter,
    has_ended,
    is_up_to_date,
    missing_reason,
    sum(case when is_expected then 1 else 0 end) as expected_count,
    sum(case when is_reported then 1 else 0 end) as reported_count,
    max(case when is_reported then source_period_code end) as last_period_code,
    sum(case when is_reported then numerator_value end) as numerator_sum,
    sum(case when is_reported and last_order = 1 then numerator_value end) as numerator_end,
    sum(case when is_reported and numerator_value >= 1 then 1 else 0 end) as active_quarter_count,
    sum(case when is_reported then denominator_sum_value end) as denominator_sum,
    sum(case when is_reported and first_order = 1 then denominator_start_value end) as denominator_start,
    sum(case when is_reported and last_order = 1 then denominator_end_value end) as denominator_end
  from window_quarters
  group by
    period_window, target_code, counting_rule, numerator_rule, unit_code, unit_valid_from, period_code, first_quarter,
    has_ended, is_up_to_date, missing_reason
),

-- Zero models in the wards that answered mean zero only if the other wards had none either.
base_sums as (
  select
    target_code,
    counted_code as unit_code,
    counted_valid_from as unit_valid_from,
    period_code,
    period_window,
    sum(case when is_known and term = 'numerator' then input_value end) as numerator,
    sum(case when is_known and term = 'denominator' then input_value end) as denominator,
    min(case when is_known then 1 else 0 end) = 1 as is_whole,
    max(
      case when term = 'denominator' and not is_known and coalesce(input_value, 1) > 0 then 1 else 0 end
    ) = 1 as may_lie_elsewhere,
    sum(case when term = 'numerator' then 1 else 0 end) as part_count,
    sum(
      case when term = 'numerator' and is_known and source_period_code = period_code then 1 else 0 end
    ) as current_part_count
  from {{ ref('int_base_terms') }}
  group by target_code, counted_code, counted_valid_from, period_code, period_window
),

with_base as (
  select
    added_up.*,
    coalesce(denominator_rules.has_base, false) as has_base,
    added_up.counting_rule in ('units', 'quarters') or coalesce(denominator_rules.has_stock, false) as has_bounds,
    base_sums.numerator as base_numerator,
    base_sums.denominator as base_denominator,
    base_sums.is_whole as is_base_whole,
    base_sums.may_lie_elsewhere,
    base_sums.part_count,
    base_sums.current_part_count,
    known_stocks.stock
  from added_up
  left join denominator_rules on added_up.target_code = denominator_rules.target_code
  left join base_sums
    on added_up.target_code = base_sums.target_code
    and added_up.unit_code = base_sums.unit_code
    and added_up.unit_valid_from = base_sums.unit_valid_from
    and added_up.period_code = base_sums.period_code
    and added_up.period_window = base_sums.period_window
  left join known_stocks
    on added_up.target_code = known_stocks.target_code
    and added_up.unit_code = known_stocks.unit_code
    and added_up.unit_valid_from = known_stocks.unit_valid_from
    and added_up.period_code = known_stocks.period_code
),

parts as (
  select
    with_base.*,
    case
      when has_base then base_denominator is not null and (base_denominator > 0 or not may_lie_elsewhere)
      else reported_count > 0
    end as takes_part
  from with_base
),

figures as (
  select
    parts.*,
    case
      when not takes_part then null
      when counting_rule = 'units' and numerator_rule = 'end' then case when numerator_end >= 1 then 1.0 else 0.0 end
      when counting_rule = 'units' then case when numerator_sum >= 1 then 1.0 else 0.0 end
      when counting_rule = 'quarters' then active_quarter_count
      when has_base then base_numerator
      when numerator_rule = 'end' then numerator_end
      else numerator_sum
    end as numerator,
    case
      when not takes_part then null
      when counting_rule = 'units' then 1.0
      when counting_rule = 'quarters' then reported_count
      when has_base then base_denominator
      else coalesce(denominator_sum, 0) + coalesce(denominator_start, 0) + coalesce(denominator_end, 0)
    end as denominator,
    case
      when counting_rule = 'units' then 1.0
      when counting_rule = 'quarters' then expected_count
      else stock
    end as bound_stock
  from parts
)

select
  period_window,
  target_code,
  unit_code,
  unit_valid_from,
  period_code,
  first_quarter,
  has_ended,
  takes_part,
  takes_part and not is_up_to_date as is_carried,
  takes_part and not has_ended and case when has_base then current_part_count > 0 else is_up_to_date end as is_current,
  case when takes_part then last_period_code end as last_period_code,
  case
    when takes_part and not is_up_to_date and missing_reason = 'not_reported' then 'carried'
    when missing_reason is not null then missing_reason
    when not takes_part or (has_base and not is_base_whole) then 'silent_wards'
    when counting_rule = 'quarters' and reported_count < expected_count then 'earlier_quarters'
  end as provisional_reason,
  expected_count,
  case when has_base and base_denominator is null then 0 else reported_count end as reported_count,
  part_count,
  current_part_count,
  numerator,
  denominator,
  -- Counted work stays done; an answer of an earlier quarter may have been withdrawn since.
  case
    when not has_bounds then null
    when not takes_part then 0.0
    when counting_rule = 'units' and numerator_rule = 'end' and not is_up_to_date then 0.0
    else numerator
  end as low_numerator,
  case
    when not has_bounds then null
    when not takes_part then bound_stock
    when counting_rule = 'quarters' then numerator + expected_count - reported_count
    when is_up_to_date then numerator
    else greatest(numerator, denominator)
  end as high_numerator,
  case
    when not has_bounds then null
    when counting_rule = 'quarters' then bound_stock
    else coalesce(denominator, bound_stock)
  end as bound_denominator
from figures
order by period_code, target_code, period_window
