"""Rules on the mart fct_reporting, who reported and when: a report's state is a fact; these find what needs a call."""

from expectations.rules import Suite, failing_query, failing_rows

_SHARE = """
select (select unit_code from top_unit) as unit_code, period_code, form_code as category_code,
    round(100.0 * count(*) filter (where state in ({states})) / count(*), 1) as value, {limit} as upper_limit
from {{batch}}
where is_expected and state <> 'not_due'
group by period_code, form_code
having 100.0 * count(*) filter (where state in ({states})) / count(*) {fails} {limit}
order by period_code desc, form_code
"""

_MISSING_TWICE = """
select distinct report.reporter_code as unit_code, report.period_code, 2 as value
from {batch} as report
inner join dim_period as period on report.period_code = period.period_code
inner join {batch} as before
    on report.reporter_code = before.reporter_code and report.reporter_valid_from = before.reporter_valid_from
    and report.form_code = before.form_code and before.period_code = period.previous_period_code
where report.state in ('missing', 'rejected') and before.state in ('missing', 'rejected')
    -- A quarter without any report is one finding (state_mostly_reported), not one for each reporter.
    and report.period_code in (select period_code from {batch} where state in ('on_time', 'late', 'history'))
order by report.period_code desc, report.reporter_code
"""

_EARLY = """
select report.reporter_code as unit_code, report.period_code, report.form_code as category_code,
    cast(report.received_at as date) as value, period.end_date as upper_limit
from {batch} as report
inner join dim_period as period on report.period_code = period.period_code
where cast(report.received_at as date) < period.end_date
order by report.period_code desc, report.reporter_code, report.form_code
"""

_PER_FORM = "count(distinct form_code) filter (where state <> 'not_due')"

# One expectation per line, however long, so that the first and second columns can be scanned.
# ruff: noqa: E501
# fmt: off
SUITE = Suite(
    name="fct_reporting",
    table_name="fct_reporting",
    expectations=(
        failing_rows("days_late_plausible", "days_late", "days_late > 180", limit="180", severity="info", notes="Half a year late: the form was perhaps filled in from memory."),
        failing_query("received_after_quarter", "received_at", _EARLY, severity="warning", notes="A report sent before the quarter ended cannot hold the whole quarter."),
        failing_query("state_mostly_on_time", "state", _SHARE.format(states="'late'", fails=">", limit=30), elements=_PER_FORM, severity="info", notes="Where a third is late, the due date or the form is the problem."),
        failing_query("state_mostly_reported", "state", _SHARE.format(states="'on_time', 'late', 'history'", fails="<", limit=80), elements=_PER_FORM, severity="warning", notes="City figures from fewer than four in five reporters are not compared with other quarters."),
        failing_query("state_not_missing_twice", "state", _MISSING_TWICE, severity="warning", notes="Two quarters without a report leave a gap that a year's figure cannot close."),
        failing_rows("state_not_rejected", "state", "state = 'rejected'", severity="warning", notes="The district believes it has reported; somebody must tell it that its file was refused."),
        failing_rows("version_count_plausible", "version_count", "version_count > 4", limit="4", severity="info", notes="A report corrected again and again deserves a visit rather than another version."),
    ),
)
