"""Rules on the mart fct_task_progress: the tasks of the plan, compared across districts."""

from expectations.rules import Suite, failing_query, failing_rows

_SHARE = """
select (select unit_code from top_unit) as unit_code, period_code, task_code as category_code,
    round(100.0 * count(*) filter (where {counted}) / count(*), 1) as value, 50 as upper_limit
from {{batch}}
where status <> 'not_due'
group by period_code, task_code
having count(*) filter (where {counted}) > 0.5 * count(*) and count(*) >= 5
order by period_code desc, task_code
"""

_DONE_FELL = """
select (select unit_code from top_unit) as unit_code, now.period_code, now.task_code as category_code, now.done_count as value, before.done_count as upper_limit
from (
    select task_code, period_code, count(*) filter (where status = 'done') as done_count
    from {batch} where status <> 'not_due' group by task_code, period_code
) as now
inner join dim_period as period on now.period_code = period.period_code
inner join (
    select task_code, period_code, count(*) filter (where status = 'done') as done_count
    from {batch} group by task_code, period_code
) as before
    on now.task_code = before.task_code and period.previous_period_code = before.period_code
where before.done_count >= 2 and now.done_count < 0.7 * before.done_count
order by now.period_code desc, now.task_code
"""

_PER_TASK = "count(distinct task_code)"

# One expectation per line, however long, so that the first and second columns can be scanned.
# ruff: noqa: E501
# fmt: off
SUITE = Suite(
    name="fct_task_progress",
    table_name="fct_task_progress",
    expectations=(
        failing_query("overdue_not_most", "is_overdue", _SHARE.format(counted="is_overdue"), elements=_PER_TASK, severity="info", notes="A task overdue in most districts is a question to its lead, not to each district."),
        failing_rows("percent_done_within_100", "percent_done", "percent_done < 0 or percent_done > 100", limit="100", severity="critical", notes="Progress is between nothing and all."),
        failing_query("status_done_steady", "status", _DONE_FELL, elements=_PER_TASK, severity="warning", notes="Finished tasks do not become fewer, unless reports are missing."),
        failing_query("status_mostly_reported", "status", _SHARE.format(counted="status in ('not_reported', 'rejected')"), elements=_PER_TASK, severity="warning", notes="Progress known from fewer than half of the reporters is no progress of the city."),
    ),
)
