"""The plan's work contents."""

from __future__ import annotations

from app.access import Viewer
from app.facts import TaskProgress
from app.queries.ask import ask
from warehouse.engines import Published


def unit_tasks(viewer: Viewer, warehouse: Published, unit: str, period: str) -> list[TaskProgress]:
    """The plan's work contents in one unit and period, in the plan's order."""
    sql = """
        select f.task_code, t.name_vi, t.name_en, t.lead_vi, t.lead_en, f.status, f.percent_done,
            f.evidence_reference, f.note, f.due_period_code, f.is_overdue
        from marts.fct_task_progress as f
        inner join marts.dim_task as t on f.task_code = t.task_code
        where f.unit_code = :unit and f.period_code = :period
        order by t.display_order
    """
    return ask(viewer, warehouse, TaskProgress, sql, unit=unit, period=period)
