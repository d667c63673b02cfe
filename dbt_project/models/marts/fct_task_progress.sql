with reporters as (
  select * from {{ ref('int_reporter_periods') }}
),

tasks as (
  select * from {{ ref('tasks') }}
),

periods as (
  select * from {{ ref('int_periods') }}
),

answers as (
  select * from {{ ref('stg_b8_tasks') }}
),

-- A level has tasks once its units fill in the form of tasks.
task_levels as (
  select * from {{ ref('int_form_levels') }}
  where row_key = 'task'
),

joined as (
  select
    tasks.plan_code,
    tasks.task_code,
    reporters.reporter_code as unit_code,
    reporters.reporter_valid_from as unit_valid_from,
    reporters.period_code,
    tasks.due_period as due_period_code,
    coalesce(
      answers.status,
      case when reporters.report_state = 'accepted' then 'not_reported' else reporters.report_state end
    ) as status,
    answers.percent_done,
    answers.evidence_reference,
    answers.note,
    periods.end_date >= due_periods.end_date as is_past_due
  from reporters
  inner join periods on reporters.period_code = periods.period_code
  inner join tasks
    on periods.plan_code = tasks.plan_code
    and {{ has_level('tasks.reporter_levels', 'reporters.reporter_level') }}
  inner join task_levels
    on reporters.period_code = task_levels.period_code and reporters.reporter_level = task_levels.unit_level
  inner join periods as due_periods on tasks.due_period = due_periods.period_code
  left join answers
    on reporters.submission_id = answers.submission_id and tasks.task_code = answers.task_code
)

select
  plan_code,
  task_code,
  unit_code,
  unit_valid_from,
  period_code,
  status,
  percent_done,
  evidence_reference,
  note,
  due_period_code,
  -- A task without a report is not counted as overdue: the missing report is followed up instead.
  case
    when status in ('not_started', 'under_way') then is_past_due
    when status in ('done', 'not_applicable') then false
  end as is_overdue
from joined
