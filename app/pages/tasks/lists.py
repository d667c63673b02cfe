"""The parts of the tasks page below its head: what the list is about, the courses, the file, the city's own tasks."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from markupsafe import Markup

from app.core.page_context import CITY, NOTHING, Context
from app.core.sheet import Column, Sheet
from app.figures.task_matrix import html as task_matrix_html
from app.pages.tasks.head import link, status_word
from app.records import Unit
from app.records.tasks import Task, TaskCount, TaskState
from app.ui import layout


def list_title(context: Context, tasks: Mapping[str, Task], places: Mapping[str, Unit], count: int) -> str:
    """What the list shows: the narrowing said in words, and how many items that leaves."""
    words, state = context.words, context.state
    said = []
    if state.get("task"):
        said.append(words.of(tasks[state.get("task") or ""], "name"))
    if state.unit:
        said.append(words.of(places[state.unit], "name"))
    status = state.get("status") or ("" if said else "overdue")
    said += [status_word(status, words)] if status else []
    return words("tasks.list", what=" · ".join(said), count=count)


def about(context: Context, task: Task | None) -> Markup:
    """What the opened work content asks for: who leads, what is to come out of it, until when."""
    if task is None:
        return NOTHING
    words = context.words
    return task_matrix_html.about(task, words)


def courses(counts: Sequence[TaskCount]) -> dict[str, list[TaskCount]]:
    """Counts by work content, oldest first."""
    found: dict[str, list[TaskCount]] = {}
    for count in counts:
        found.setdefault(count.task_code, []).append(count)
    return found


def periods(context: Context, tasks: Sequence[Task]) -> list[str]:
    """The quarters of the timeline: from the first to the one shown, or to the last one in which a task is due."""
    last = max([context.state.period, *(task.due_period_code or "" for task in tasks)])
    return [period.period_code for period in context.periods if period.period_code <= last]


def sheet(
    context: Context, items: Sequence[TaskState], tasks: Mapping[str, Task], places: Mapping[str, Unit]
) -> Callable[[], Sheet]:
    """The list as raw values."""
    words, period = context.words, context.state.period
    keys = ("sheet.period", "tasks.code", "tasks.task", "sheet.unit_code", "sheet.unit", "tasks.status")
    columns = [*(Column(words(key)) for key in keys), Column(words("tasks.percent"), "percent")]
    columns += [Column(words(key)) for key in ("tasks.due", "tasks.overdue", "tasks.evidence_only", "tasks.note")]

    def line(item: TaskState) -> tuple[str | float | None, ...]:
        task, unit = tasks[item.task_code], places[item.unit_code]
        names = (period, item.task_code, words.of(task, "name"), item.unit_code, words.of(unit, "name"))
        overdue = None if item.is_overdue is None else words("sheet.yes" if item.is_overdue else "sheet.no")
        rest = (item.due_period_code, overdue, item.evidence_reference, item.note)
        return (*names, words.status(item.status), item.percent_done, *rest)

    return lambda: Sheet(words("tasks.tab"), tuple(columns), tuple(line(item) for item in items))


def city_only(
    context: Context, items: Sequence[TaskState], tasks: Mapping[str, Task], places: Mapping[str, Unit]
) -> Markup:
    """The tasks of the city's agencies, for quarters without districts."""
    own = [item for item in items if item.unit_code == CITY]
    listed = (
        task_matrix_html.work_list(own, tasks, places, link(context), context.words, (None, CITY)) if own else NOTHING
    )
    return layout.section(context.words("tasks.of_city"), listed, "", "items")
