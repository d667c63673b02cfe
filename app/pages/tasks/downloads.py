"""The list of the tasks page as raw values, and its matrix as a picture."""

from __future__ import annotations

from collections.abc import Callable

from app.core.page_context import Context
from app.core.sheet import Column, Sheet, Value
from app.figures.task_matrix.svg import task_chart
from app.pages.shared.charts import caption
from app.pages.tasks.data import Tasks
from app.pages.tasks.sections import finding
from app.records.tasks import TaskState


def sheet(context: Context, tasks: Tasks) -> Callable[[], Sheet]:
    """The list as a table; every item where the address leaves none."""

    def make() -> Sheet:
        words = context.words
        columns = (
            Column(words("sheet.period")),
            Column(words("tasks.code")),
            Column(words("tasks.task")),
            Column(words("sheet.unit_code")),
            Column(words("sheet.unit")),
            Column(words("tasks.status")),
            Column(words("tasks.percent"), "percent"),
            Column(words("tasks.due")),
            Column(words("tasks.overdue")),
            Column(words("tasks.evidence_only")),
            Column(words("tasks.note")),
        )
        rows = tuple(_row(context, item, tasks) for item in tasks.shown or tasks.items)
        return Sheet(words("tasks.tab"), columns, rows)

    return make


def _row(context: Context, item: TaskState, tasks: Tasks) -> tuple[Value, ...]:
    words = context.words
    is_overdue = None
    if item.is_overdue is not None:
        is_overdue = words("sheet.yes" if item.is_overdue else "sheet.no")
    return (
        context.state.period,
        item.task_code,
        words.of(tasks.tasks[item.task_code], "name"),
        item.unit_code,
        words.of(tasks.units[item.unit_code], "name"),
        words.status(item.status),
        item.percent_done,
        item.due_period_code,
        is_overdue,
        item.evidence_reference,
        item.note,
    )


def chart(context: Context, tasks: Tasks) -> Callable[[], str]:
    """How far every unit is with every work content, as an SVG document."""

    def draw() -> str:
        around = caption(context, finding(context, tasks), context.words("tasks.matrix"))
        return task_chart(around, tasks.matrix(context.words), context.words)

    return draw
