with breaks as (
  select
    period_code,
    target_code,
    kind,
    label_vi,
    label_en,
    text_vi,
    text_en
  from {{ ref('series_breaks') }}
),

-- Where one plan follows another, the text names the new plan.
plan_changes as (
  select
    plans.first_period_code as period_code,
    cast(null as {{ var('type_string') }}) as target_code,
    'plan' as kind,
    plans.name_vi as label_vi,
    plans.name_en as label_en,
    coalesce(plans.note_vi, plans.decision_vi) as text_vi,
    coalesce(plans.note_en, plans.decision_en) as text_en
  from {{ ref('plans') }} as plans
  inner join {{ ref('plans') }} as earlier on plans.first_period_code > earlier.last_period_code
),

all_breaks as (
  select * from breaks
  union all
  select * from plan_changes
)

select distinct
  all_breaks.period_code,
  all_breaks.target_code,
  all_breaks.kind,
  periods.start_date,
  all_breaks.label_vi,
  all_breaks.label_en,
  all_breaks.text_vi,
  all_breaks.text_en
from all_breaks
inner join {{ ref('periods') }} as periods on all_breaks.period_code = periods.period_code
