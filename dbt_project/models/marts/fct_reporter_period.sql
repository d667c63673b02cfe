-- A workbook is one report of several forms, received when any of them was. Its first version decides whether it is on
-- time: a correction never makes it late, though a form that was first in the correction is late.
with forms as (
  select
    reporter_code,
    reporter_valid_from,
    period_code,
    min(due_date) as due_date,
    min(received_at) as received_at,
    max(version) as version,
    max(version_count) as version_count,
    count(*) as expected_form_count,
    sum(case when state in ('on_time', 'late', 'history') then 1 else 0 end) as received_form_count,
    sum(case when state = 'late' then 1 else 0 end) as late_form_count,
    sum(case when state = 'missing' then 1 else 0 end) as missing_form_count
  from {{ ref('fct_reporting') }}
  group by reporter_code, reporter_valid_from, period_code
),

reporters as (
  select * from {{ ref('int_reporter_periods') }}
),

periods as (
  select * from {{ ref('int_periods') }}
),

states as (
  select
    reporters.reporter_code,
    reporters.reporter_valid_from,
    reporters.reporter_level,
    reporters.period_code,
    periods.year,
    periods.quarter,
    reporters.due_date,
    reporters.is_due,
    reporters.rejected_count,
    coalesce(reporters.first_sent_at, forms.received_at) as received_at,
    forms.version,
    forms.version_count,
    cast(reporters.first_sent_at as date) as sent_date,
    forms.expected_form_count,
    forms.received_form_count,
    forms.late_form_count,
    forms.missing_form_count,
    case
      when forms.received_form_count > 0 and reporters.first_sent_at is null then 'history'
      when forms.received_form_count > 0 and cast(reporters.first_sent_at as date) <= reporters.due_date then 'on_time'
      when forms.received_form_count > 0 then 'late'
      when reporters.report_state = 'rejected' then 'rejected'
      when not reporters.is_due then 'not_due'
      else 'missing'
    end as state
  from reporters
  inner join periods on reporters.period_code = periods.period_code
  inner join forms
    on reporters.reporter_code = forms.reporter_code
    and reporters.reporter_valid_from = forms.reporter_valid_from
    and reporters.period_code = forms.period_code
),

with_year_so_far as (
  select
    states.*,
    sum(case when is_due then 1 else 0 end) over year_so_far as due_count_ytd,
    sum(case when is_due and state in ('on_time', 'late', 'history') then 1 else 0 end)
      over year_so_far as received_count_ytd,
    sum(case when is_due and state = 'history' then 1 else 0 end) over year_so_far as history_count_ytd,
    sum(case when is_due and state = 'on_time' then 1 else 0 end) over year_so_far as on_time_count_ytd
  from states
  window
    year_so_far as (
      partition by reporter_code, reporter_valid_from, year order by quarter
      rows between unbounded preceding and current row
    )
)

select
  reporter_code,
  reporter_valid_from,
  reporter_level,
  period_code,
  is_due,
  due_date,
  case when state in ('on_time', 'late', 'history') then received_at end as received_at,
  state,
  version,
  cast(version_count as integer) as version_count,
  case
    when state in ('on_time', 'late')
      then cast(greatest(0, {{ dbt.datediff('due_date', 'sent_date', 'day') }}) as integer)
  end as days_late,
  version_count > 1 as is_corrected,
  cast(rejected_count as integer) as rejected_count,
  cast(expected_form_count as integer) as expected_form_count,
  cast(received_form_count as integer) as received_form_count,
  cast(late_form_count as integer) as late_form_count,
  cast(missing_form_count as integer) as missing_form_count,
  cast(due_count_ytd as integer) as due_count_ytd,
  cast(received_count_ytd as integer) as received_count_ytd,
  cast(history_count_ytd as integer) as history_count_ytd,
  cast(on_time_count_ytd as integer) as on_time_count_ytd,
  {{ share_pct('on_time_count_ytd', 'due_count_ytd - history_count_ytd') }} as on_time_share_ytd_pct
from with_year_so_far
