with periods as (
  select * from {{ ref('periods') }}
),

context as (
  select as_of_date from {{ ref('stg_build_context') }}
)

select
  periods.period_code,
  periods.year,
  periods.quarter,
  periods.start_date,
  periods.end_date,
  periods.due_date,
  context.as_of_date >= periods.start_date as has_begun,
  context.as_of_date > periods.due_date as is_due,
  previous.period_code as previous_period_code,
  year_before.period_code as previous_year_period_code
from periods
cross join context
left join periods as previous
  on previous.year * 4 + previous.quarter = periods.year * 4 + periods.quarter - 1
left join periods as year_before
  on year_before.year = periods.year - 1 and periods.quarter = year_before.quarter
