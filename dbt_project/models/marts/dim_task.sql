select
  plan_code,
  task_code,
  display_order,
  reporter_levels,
  due_period as due_period_code,
  lead_vi,
  lead_en,
  name_vi,
  name_en,
  deliverable_vi,
  deliverable_en
from {{ ref('tasks') }}
