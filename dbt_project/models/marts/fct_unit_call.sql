-- Units to call because of their figures. Overdue promises are in the registry, not here.
with scopes as (
  select true as is_sensitive
  union all
  select false as is_sensitive
),

-- Forms without any figure in a report that counts. Forms that feed no figure are left out.
blank_forms as (
  select
    forms.reporter_code,
    forms.reporter_valid_from,
    forms.period_code,
    {{ ordered_list('forms.form_code', "'|'") }} as form_codes
  from {{ ref('fct_reporting') }} as forms
  inner join {{ ref('fct_reporter_period') }} as reporters
    on forms.reporter_code = reporters.reporter_code
    and forms.reporter_valid_from = reporters.reporter_valid_from
    and forms.period_code = reporters.period_code
  where
    reporters.is_due
    and reporters.received_form_count > 0
    and forms.state not in ('on_time', 'late', 'history')
    and forms.form_code in (
      select measured.form_code
      from {{ ref('form_columns') }} as measured
      where measured.is_measure
    )
  group by forms.reporter_code, forms.reporter_valid_from, forms.period_code
),

-- One row with counts of people, and one without for viewers who may not see them.
figures as (
  select
    progress.*,
    scopes.is_sensitive as has_people_counts,
    reporters.reporter_level,
    reporters.state as report_state,
    reporters.is_due,
    progress.status in ('not_reported', 'rejected')
    or coalesce(progress.provisional_reason, '') in ('not_reported', 'rejected', 'carried') as is_unreported,
    periods.period_number - since.period_number + 1 as late_period_count,
    progress.value_pct - coalesce(progress.path_pct, progress.threshold_pct) as ahead_pct,
    progress.is_sensitive and {{ has_small_count('progress.numerator', 'progress.denominator') }} as is_protected,
    progress.direction = 'down' as is_less_better
  from {{ ref('fct_target_progress') }} as progress
  inner join {{ ref('fct_reporter_period') }} as reporters
    on progress.unit_code = reporters.reporter_code
    and progress.unit_valid_from = reporters.reporter_valid_from
    and progress.period_code = reporters.period_code
  inner join {{ ref('int_periods') }} as periods on progress.period_code = periods.period_code
  left join {{ ref('int_periods') }} as since on progress.late_since_period_code = since.period_code
  inner join scopes on scopes.is_sensitive or not progress.is_sensitive
  where
    progress.parent_code is not null
    and progress.status not in ('not_due', 'not_applicable')
),

-- What a caller can thank for: figures above the funnel, then turned, then risen, then met; never a small base.
with_praise as (
  select
    figures.*,
    case
      when is_unreported or is_protected or is_small_base or status_may_be_chance then null
      when status not in ('met', 'on_track') then null
      when not is_less_better and funnel_position in ('above_95', 'above_998') then 1
      when is_less_better and funnel_position in ('below_95', 'below_998') then 1
      when prev_quarter_status in ('behind', 'far_behind') then 2
      when change_is_clear and not is_less_better and change_prev_quarter_pct > 0 then 3
      when change_is_clear and is_less_better and change_prev_quarter_pct < 0 then 3
      when status = 'met' then 4
    end as praise_rank
  from figures
),

with_places as (
  select
    with_praise.*,
    row_number() over (
      partition by has_people_counts, unit_code, unit_valid_from, period_code, period_window
      order by
        case when is_calling then 0 else 1 end asc,
        late_period_count desc nulls last,
        case when is_less_better then -1 else 1 end * ahead_pct asc nulls last,
        target_code asc
    ) as calling_place,
    row_number() over (
      partition by has_people_counts, unit_code, unit_valid_from, period_code, period_window
      order by
        praise_rank asc nulls last,
        case when is_less_better then 1 else -1 end * ahead_pct asc nulls last,
        target_code asc
    ) as praise_place
  from with_praise
),

units as (
  select
    unit_code,
    unit_valid_from,
    reporter_level as unit_level,
    period_code,
    period_window,
    has_people_counts,
    max(report_state) as report_state,
    max(case when is_due then 1 else 0 end) = 1 as is_due,
    max(case when is_unreported then 1 else 0 end) = 1
    and max(case when is_unreported then 0 else 1 end) = 0 as is_silent,
    sum(case when is_calling then 1 else 0 end) as calling_target_count,
    sum(case when is_calling and is_sensitive then 1 else 0 end) as calling_people_target_count,
    sum(case when is_calling then late_period_count else 0 end) as late_period_count,
    max(case when is_calling and calling_place = 1 then target_code end) as longest_target_code,
    max(case when is_calling and calling_place = 1 then late_since_period_code end) as longest_since_period_code,
    max(case when praise_place = 1 and praise_rank is not null then target_code end) as praised_target_code,
    max(case when praise_place = 1 then praise_rank end) as praise_rank
  from with_places
  group by has_people_counts, unit_code, unit_valid_from, reporter_level, period_code, period_window
),

with_last_words as (
  select
    units.*,
    max(case when not is_silent then period_code end) over (
      partition by has_people_counts, unit_code, unit_valid_from, period_window order by period_code
    ) as last_reported_period_code
  from units
),

with_blank_forms as (
  select
    with_last_words.*,
    blank_forms.form_codes as blank_form_codes
  from with_last_words
  left join blank_forms
    on with_last_words.unit_code = blank_forms.reporter_code
    and with_last_words.unit_valid_from = blank_forms.reporter_valid_from
    and with_last_words.period_code = blank_forms.period_code
)

select
  unit_code,
  unit_valid_from,
  unit_level,
  period_code,
  period_window,
  has_people_counts as is_sensitive,
  report_state,
  is_silent,
  case
    when is_silent
      then
        min(case when is_silent then period_code end) over (
          partition by has_people_counts, unit_code, unit_valid_from, period_window, last_reported_period_code
        )
  end as silent_since_period_code,
  cast(calling_target_count as integer) as calling_target_count,
  cast(calling_people_target_count as integer) as calling_people_target_count,
  cast(late_period_count as integer) as late_period_count,
  longest_target_code,
  longest_since_period_code,
  blank_form_codes,
  is_due
  and (
    is_silent
    or blank_form_codes is not null
    or calling_target_count >= {{ setting('call_from_targets') }}
  ) as is_to_call,
  praised_target_code,
  case
    when praise_rank = 1 then 'stands_out'
    when praise_rank = 2 then 'turned'
    when praise_rank = 3 then 'improved'
    when praise_rank = 4 then 'met'
    when report_state = 'on_time' then 'on_time'
  end as praise_reason
from with_blank_forms
order by period_code, period_window, unit_code, is_sensitive
