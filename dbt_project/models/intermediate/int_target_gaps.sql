-- Which gaps of a year-to-date rate work can still close, and how many people its last quarter left waiting.
with statuses as (
  select * from {{ ref('int_target_statuses') }}
  where kind = 'rate'
),

quarters as (
  select
    target_code,
    unit_code,
    unit_valid_from,
    period_code,
    denominator - numerator as waiting_count
  from statuses
  where period_window = 'quarter' and value_pct is not null
)

select
  statuses.target_code,
  statuses.unit_code,
  statuses.unit_valid_from,
  statuses.period_code,
  statuses.period_window,
  -- A share of quarters, or of people who want support, cannot reach 100 % once a quarter fell short.
  case
    when
      statuses.direction <> 'down'
      and statuses.threshold_pct >= 100
      and statuses.numerator < statuses.denominator
      then 'out_of_reach'
  end as gap_reason,
  case when statuses.is_sensitive and targets.counting_rule = 'amounts' then quarters.waiting_count end as waiting_count
from statuses
inner join {{ ref('targets') }} as targets on statuses.target_code = targets.target_code
left join quarters
  on statuses.target_code = quarters.target_code
  and statuses.unit_code = quarters.unit_code
  and statuses.unit_valid_from = quarters.unit_valid_from
  and statuses.period_code = quarters.period_code
where statuses.period_window = 'ytd' and statuses.is_judged
