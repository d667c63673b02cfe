with reporters as (
  select * from {{ ref('int_reporter_periods') }}
),

form_levels as (
  select * from {{ ref('int_form_levels') }}
),

-- The levels with rows in a reporter's workbook: its own, and that of the units that it reports for.
workbook_levels as (
  select distinct
    reporter_code,
    reporter_valid_from,
    period_code,
    unit_level
  from {{ ref('int_expected_units') }}
  where reporter_code is not null
),

submissions as (
  select * from {{ ref('int_submissions') }}
  where verdict = 'accepted'
),

filled_forms as (
  select distinct
    submission_id,
    form_code
  from {{ ref('int_form_values') }}
  union all
  select distinct
    tasks.submission_id,
    forms.form_code
  from {{ ref('stg_b8_tasks') }} as tasks
  inner join {{ ref('forms') }} as forms on forms.row_key = 'task'
),

expected_forms as (
  select distinct
    form_levels.form_code,
    reporters.reporter_code,
    reporters.reporter_valid_from,
    reporters.period_code,
    reporters.due_date,
    reporters.is_due,
    reporters.report_state,
    reporters.submission_id,
    reporters.version,
    reporters.is_history,
    reporters.first_returned_at
  from reporters
  inner join workbook_levels
    on reporters.reporter_code = workbook_levels.reporter_code
    and reporters.reporter_valid_from = workbook_levels.reporter_valid_from
    and reporters.period_code = workbook_levels.period_code
  inner join form_levels
    on reporters.period_code = form_levels.period_code and workbook_levels.unit_level = form_levels.unit_level
),

received_forms as (
  select
    submissions.reporter_code,
    submissions.reporter_valid_from,
    submissions.period_code,
    filled_forms.form_code,
    min(submissions.received_at) as received_at,
    min(case when not submissions.is_history then submissions.received_at end) as sent_at,
    max(case when submissions.is_counting then 1 else 0 end) as is_in_counting_version,
    count(*) as version_count
  from submissions
  inner join filled_forms on submissions.submission_id = filled_forms.submission_id
  group by
    submissions.reporter_code, submissions.reporter_valid_from, submissions.period_code, filled_forms.form_code
),

-- The time at which a quarter of past years was sent is unknown, and a copy brought in with past years does not change
-- the time of a report sent in its period. The content of a returned version is not kept: a form received later counts
-- as sent with it.
joined as (
  select
    expected_forms.*,
    coalesce(received_forms.version_count, 0) as version_count,
    coalesce(received_forms.is_in_counting_version, 0) = 1 as is_received,
    expected_forms.is_history or received_forms.sent_at is null as is_never_late,
    case
      when expected_forms.is_history then received_forms.received_at
      when received_forms.sent_at is null then received_forms.received_at
      else least(received_forms.sent_at, coalesce(expected_forms.first_returned_at, received_forms.sent_at))
    end as received_at,
    case
      when not expected_forms.is_history and received_forms.sent_at is not null
        then
          cast(
            least(received_forms.sent_at, coalesce(expected_forms.first_returned_at, received_forms.sent_at)) as date
          )
    end as sent_date
  from expected_forms
  left join received_forms
    on expected_forms.form_code = received_forms.form_code
    and expected_forms.reporter_code = received_forms.reporter_code
    and expected_forms.reporter_valid_from = received_forms.reporter_valid_from
    and expected_forms.period_code = received_forms.period_code
)

select
  form_code,
  reporter_code,
  reporter_valid_from,
  period_code,
  true as is_expected,
  due_date,
  received_at,
  case
    when is_received and is_never_late then 'history'
    when is_received and sent_date <= due_date then 'on_time'
    when is_received then 'late'
    when report_state = 'rejected' then 'rejected'
    when not is_due then 'not_due'
    else 'missing'
  end as state,
  case when is_received then cast(version as integer) end as version,
  cast(version_count as integer) as version_count,
  case
    when is_received and not is_never_late
      then cast(greatest(0, {{ dbt.datediff('due_date', 'sent_date', 'day') }}) as integer)
  end as days_late,
  version_count > 1 as is_corrected
from joined
