{% set year = 'partition by target_code, unit_code, unit_valid_from, year' %}
{% set year_so_far = '(' ~ year ~ ' order by quarter rows between unbounded preceding and current row)' %}
{% set since_report = '(' ~ year ~ ', reported_so_far)' %}

-- A figure covers the units that are known. The year to date keeps what a unit has reported this year; missing reports
-- widen the bounds and are never counted as zero.
with unit_quarters as (
  select * from {{ ref('int_target_unit_quarters') }}
),

-- All periods; in an increment those that changes reach. Only a stock is read of the years before theirs.
judged_periods as (
  select period_code from {{ ref('int_period_states') }}
),

judged_years as (
  select distinct unit_quarters.year
  from unit_quarters
  inner join judged_periods on unit_quarters.period_code = judged_periods.period_code
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
    unit_quarters.target_code,
    unit_quarters.unit_code,
    unit_quarters.unit_valid_from,
    unit_quarters.period_code,
    max(case when unit_quarters.denominator_end_value is not null then unit_quarters.period_code end) over (
      partition by unit_quarters.target_code, unit_quarters.unit_code, unit_quarters.unit_valid_from
      order by unit_quarters.period_code
    ) as stock_period_code
  from unit_quarters
  inner join denominator_rules on unit_quarters.target_code = denominator_rules.target_code
  where denominator_rules.has_stock
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

-- A quarter that has not begun has no figure. The year so far is summed from row to row: a join of each quarter with
-- those before it would have as many rows as a year has pairs of quarters.
so_far as (
  select
    unit_quarters.*,
    sum(case when has_ended then 0 else 1 end) over {{ year_so_far }} as expected_so_far,
    sum(case when is_reported then 1 else 0 end) over {{ year_so_far }} as reported_so_far,
    max(case when is_reported then period_code end) over {{ year_so_far }} as last_period_code,
    sum(case when is_reported then numerator_value end) over {{ year_so_far }} as numerator_so_far,
    sum(case when is_reported and numerator_value >= 1 then 1 else 0 end) over {{ year_so_far }} as active_so_far,
    sum(case when is_reported then denominator_sum_value end) over {{ year_so_far }} as denominator_so_far
  from unit_quarters
  where year in (select judged_years.year from judged_years)
),

-- Each report and the quarters without one that follow it have the same number of reports so far.
with_ends as (
  select
    so_far.*,
    sum(case when is_reported then numerator_value end) over {{ since_report }} as last_numerator,
    sum(case when is_reported then denominator_end_value end) over {{ since_report }} as last_denominator,
    sum(case when is_reported and reported_so_far = 1 then denominator_start_value end)
      over {{ year_so_far }} as first_denominator
  from so_far
),

added_up as (
  select
    windows.period_window,
    with_ends.target_code,
    with_ends.counting_rule,
    with_ends.numerator_rule,
    with_ends.unit_code,
    with_ends.unit_valid_from,
    with_ends.period_code,
    with_ends.first_quarter,
    with_ends.has_ended,
    with_ends.is_up_to_date,
    with_ends.missing_reason,
    case when windows.period_window = 'ytd' then with_ends.expected_so_far else 1 end as expected_count,
    case
      when windows.period_window = 'ytd' then with_ends.reported_so_far
      when with_ends.is_reported then 1
      else 0
    end as reported_count,
    case
      when windows.period_window = 'ytd' then with_ends.last_period_code
      when with_ends.is_reported then with_ends.period_code
    end as last_period_code,
    case
      when windows.period_window = 'ytd' then with_ends.numerator_so_far
      when with_ends.is_reported then with_ends.numerator_value
    end as numerator_sum,
    case
      when windows.period_window = 'ytd' then with_ends.last_numerator
      when with_ends.is_reported then with_ends.numerator_value
    end as numerator_end,
    case
      when windows.period_window = 'ytd' then with_ends.active_so_far
      when with_ends.is_reported and with_ends.numerator_value >= 1 then 1
      else 0
    end as active_quarter_count,
    case
      when windows.period_window = 'ytd' then with_ends.denominator_so_far
      when with_ends.is_reported then with_ends.denominator_sum_value
    end as denominator_sum,
    case
      when windows.period_window = 'ytd' then with_ends.first_denominator
      when with_ends.is_reported then with_ends.denominator_start_value
    end as denominator_start,
    case
      when windows.period_window = 'ytd' then with_ends.last_denominator
      when with_ends.is_reported then with_ends.denominator_end_value
    end as denominator_end
  from with_ends
  cross join windows
  where
    with_ends.has_begun
    and (windows.period_window = 'ytd' or not with_ends.has_ended)
    and with_ends.period_code in (select judged_periods.period_code from judged_periods)
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

-- Sums are cast to what counts need: DuckDB reads its widest whole numbers many times as slowly.
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
  cast(expected_count as integer) as expected_count,
  cast(case when has_base and base_denominator is null then 0 else reported_count end as integer) as reported_count,
  cast(part_count as integer) as part_count,
  cast(current_part_count as integer) as current_part_count,
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
