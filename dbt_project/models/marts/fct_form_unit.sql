-- Which numbers can be expected: a measure without a number is unknown where its form has a row here, and does not
-- exist where it has none.
with form_levels as (
  select * from {{ ref('int_form_levels') }}
  where row_key <> 'task'
)

select
  form_levels.form_code,
  expected.unit_code,
  expected.unit_valid_from,
  expected.unit_level,
  expected.parent_code,
  expected.period_code,
  expected.reporter_code,
  expected.reporter_valid_from,
  case
    when reporting.state in ('on_time', 'late', 'history') then 'received'
    when reporting.state = 'missing' then 'not_reported'
    else reporting.state
  end as form_state
from {{ ref('int_expected_units') }} as expected
inner join form_levels
  on expected.period_code = form_levels.period_code and expected.unit_level = form_levels.unit_level
inner join {{ ref('fct_reporting') }} as reporting
  on form_levels.form_code = reporting.form_code
  and expected.reporter_code = reporting.reporter_code
  and expected.reporter_valid_from = reporting.reporter_valid_from
  and expected.period_code = reporting.period_code
where expected.has_begun
order by form_levels.form_code, expected.period_code, expected.unit_code
