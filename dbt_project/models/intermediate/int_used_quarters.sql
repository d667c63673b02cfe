-- The quarters whose reports a counted unit's figure uses: only the last for an answer that applies until the next
-- answer, all reported quarters for a sum.
with windows as (
  select * from {{ ref('int_target_unit_windows') }}
  where takes_part
),

reported as (
  select * from {{ ref('int_target_unit_quarters') }}
  where is_reported
),

rules as (
  select
    target_code,
    min(case when window_rule = 'end' then 1 else 0 end) = 1 as is_last_only,
    max(case when window_rule = 'base' then 1 else 0 end) = 1 as has_base
  from {{ ref('target_terms') }}
  group by target_code
)

select
  windows.target_code,
  windows.unit_code,
  windows.unit_valid_from,
  windows.period_code,
  windows.period_window,
  reported.period_code as source_period_code
from windows
inner join rules on windows.target_code = rules.target_code and not rules.has_base
inner join {{ ref('int_periods') }} as periods on windows.period_code = periods.period_code
inner join reported
  on windows.target_code = reported.target_code
  and windows.unit_code = reported.unit_code
  and windows.unit_valid_from = reported.unit_valid_from
  and periods.year = reported.year
  and (
    periods.period_code = reported.period_code
    or (windows.period_window = 'ytd' and periods.quarter > reported.quarter)
  )
  and (windows.last_period_code = reported.period_code or not rules.is_last_only)

union all

select distinct
  windows.target_code,
  windows.unit_code,
  windows.unit_valid_from,
  windows.period_code,
  windows.period_window,
  base_terms.source_period_code
from windows
inner join {{ ref('int_base_terms') }} as base_terms
  on windows.target_code = base_terms.target_code
  and windows.unit_code = base_terms.counted_code
  and windows.unit_valid_from = base_terms.counted_valid_from
  and windows.period_code = base_terms.period_code
  and windows.period_window = base_terms.period_window
where base_terms.is_known
order by period_code
