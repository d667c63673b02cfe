"""SQL for the plan's work contents."""

from __future__ import annotations

from app.core.reader import Reader
from app.queries.fetch import fetch
from app.records import TaskProgress
from app.records.tasks import Task, TaskCount, TaskState


def unit_tasks(reader: Reader, unit: str, period: str) -> list[TaskProgress]:
    """Return the plan's work contents in one unit and period, in the plan's order."""
    sql = """
        select f.task_code, t.name_vi, t.name_en, t.lead_vi, t.lead_en, f.status, f.percent_done,
            f.evidence_reference, f.note, f.due_period_code, f.is_overdue
        from marts.fct_task_progress as f
        inner join marts.dim_task as t on f.plan_code = t.plan_code and f.task_code = t.task_code
        where f.unit_code = :unit and f.period_code = :period
        order by t.display_order
    """
    return fetch(reader, TaskProgress, sql, unit=unit, period=period)


def tasks(reader: Reader, period: str) -> list[Task]:
    """Return every work content of the plan in force in a period, in the plan's order."""
    sql = """
        select {columns} from marts.dim_task as f
        inner join marts.dim_period as p on f.plan_code = p.plan_code
        where p.period_code = :period order by f.display_order
    """
    return fetch(reader, Task, sql, period=period)


def states(reader: Reader, period: str) -> list[TaskState]:
    """Return the state of every work content at every unit that carries it out, in one period."""
    sql = """
        select {columns} from marts.fct_task_progress as f
        where f.period_code = :period order by f.task_code, f.unit_code
    """
    return fetch(reader, TaskState, sql, period=period)


def counts(reader: Reader, until: str) -> list[TaskCount]:
    """Return how many units had done each work content of the plan in every period up to `until`, oldest first."""
    sql = """
        select f.task_code, f.period_code,
            cast(count(*) as integer) as reported_count,
            cast(sum(case when f.status = 'done' then 1 else 0 end) as integer) as done_count
        from marts.fct_task_progress as f
        inner join marts.dim_period as p on f.plan_code = p.plan_code
        where p.period_code = :until and f.period_code <= :until
            and f.status in ('not_started', 'under_way', 'done')
        group by f.task_code, f.period_code order by f.task_code, f.period_code
    """
    return fetch(reader, TaskCount, sql, until=until)
