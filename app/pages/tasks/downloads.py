"""The list of the tasks page as raw values, and its matrix as a picture."""

from __future__ import annotations

from app.core.i18n import words
from app.core.page_context import Context
from app.core.sheet import Field, Sheet, sheet_of
from app.core.url_state import State
from app.figures.task_matrix.svg import task_chart
from app.pages.shared.files import caption
from app.pages.tasks.data import Tasks
from app.pages.tasks.sections import finding
from app.records.tasks import TaskState


def sheet(state: State, tasks: Tasks) -> Sheet:
    """Return the list as a table; every item where the address leaves none."""

    def overdue(item: TaskState) -> str | None:
        return None if item.is_overdue is None else words("sheet.yes" if item.is_overdue else "sheet.no")

    fields: tuple[Field[TaskState], ...] = (
        Field("sheet.period", lambda item: state.period),
        Field("tasks.code", lambda item: item.task_code),
        Field("tasks.task", lambda item: words.of(tasks.tasks[item.task_code], "name")),
        Field("sheet.unit_code", lambda item: item.unit_code),
        Field("sheet.unit", lambda item: words.of(tasks.units[item.unit_code], "name")),
        Field("tasks.status", lambda item: words.status(item.status)),
        Field("tasks.percent", lambda item: item.percent_done, "percent"),
        Field("tasks.due", lambda item: item.due_period_code),
        Field("tasks.overdue", overdue),
        Field("tasks.evidence_only", lambda item: item.evidence_reference),
        Field("tasks.note", lambda item: item.note),
    )
    return sheet_of(words("tasks.tab"), fields, tasks.shown or tasks.items)


def chart(context: Context, tasks: Tasks) -> str:
    """Return how far every unit is with every work content, as an SVG document."""
    around = caption(context, finding(context, tasks), words("tasks.matrix"))
    return task_chart(around, tasks.matrix())
