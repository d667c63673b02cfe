-- The rank of each unit among its peers. Rows of few columns: sorting whole rows takes three times as long.
with statuses as (
  select
    target_code,
    unit_code,
    unit_valid_from,
    unit_level,
    authority_code,
    period_code,
    period_window,
    direction,
    is_judged,
    value_pct
  from {{ ref('int_target_statuses') }}
),

judged_tops as (
  select
    target_code,
    period_code,
    period_window
  from statuses
  where authority_code is null and is_judged
)

-- No unit is ranked before the row of the top unit is judged.
select
  statuses.target_code,
  statuses.unit_code,
  statuses.unit_valid_from,
  statuses.period_code,
  statuses.period_window,
  case
    when statuses.value_pct is not null
      then
        cast(
          rank() over (
            partition by
              statuses.target_code, statuses.unit_level, statuses.authority_code, statuses.period_code,
              statuses.period_window
            order by case when statuses.direction = 'down' then -1 else 1 end * statuses.value_pct desc nulls last
          ) as integer
        )
  end as rank,
  cast(
    count(statuses.value_pct) over (
      partition by
        statuses.target_code, statuses.unit_level, statuses.authority_code, statuses.period_code,
        statuses.period_window
    ) as integer
  ) as rank_of
from statuses
inner join judged_tops
  on statuses.target_code = judged_tops.target_code
  and statuses.period_code = judged_tops.period_code
  and statuses.period_window = judged_tops.period_window
where statuses.authority_code is not null and statuses.is_judged
order by statuses.period_code
