-- Which quarters of a counted unit stand behind a target's row: those it reported, where it takes part at all.
with windows as (
  select * from {{ ref('int_target_unit_windows') }}
  where takes_part
),

quarters as (
  select * from {{ ref('int_target_unit_quarters') }}
),

reported as (
  select * from quarters
  where is_reported
)

select
  windows.target_code,
  windows.unit_code,
  windows.unit_valid_from,
  windows.period_code,
  windows.period_window,
  reported.period_code as source_period_code
from windows
inner join quarters
  on windows.target_code = quarters.target_code
  and windows.unit_code = quarters.unit_code
  and windows.unit_valid_from = quarters.unit_valid_from
  and windows.period_code = quarters.period_code
inner join reported
  on windows.target_code = reported.target_code
  and windows.unit_code = reported.unit_code
  and windows.unit_valid_from = reported.unit_valid_from
  and quarters.year = reported.year
  and (
    quarters.quarter = reported.quarter
    or (windows.period_window = 'ytd' and quarters.quarter > reported.quarter)
  )
