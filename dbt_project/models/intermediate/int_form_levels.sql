-- The levels that fill in each form, per period.
select
  periods.period_code,
  forms.form_code,
  forms.row_key,
  form_levels.unit_level
from {{ ref('form_levels') }} as form_levels
inner join {{ ref('forms') }} as forms on form_levels.form_code = forms.form_code
inner join {{ ref('int_periods') }} as periods
  on form_levels.first_period_code <= periods.period_code
  and (form_levels.last_period_code is null or form_levels.last_period_code >= periods.period_code)
