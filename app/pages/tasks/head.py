"""The head of the tasks page: its finding and its filters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from markupsafe import Markup

from app.analysis import task_summary
from app.core.i18n import Words
from app.core.page_context import Context
from app.core.url_state import TASK_STATUS
from app.figures.task_matrix.html import TaskLink
from app.records import Unit
from app.records.tasks import Task, TaskState
from app.ui import layout, page_header
from app.ui.intro import opening


def link(context: Context) -> TaskLink:
    """Addresses of this page narrowed to a `task`, a `unit` or both; nothing else stays."""

    def make(task: str | None = None, unit: str | None = None) -> str:
        return context.state.href(task=task, unit=unit, status=None)

    return make


def status_word(status: str, words: Words) -> str:
    """A choice of the filter by status."""
    return words("tasks.without_report") if status == "absent" else words.status(status)


def finding(context: Context, items: Sequence[TaskState]) -> str:
    """How much is overdue and how much done, in a sentence."""
    words, found = context.words, task_summary.workload(items)
    if not found.item_count:
        return words("tasks.nothing_yet", period=words.period(context.state.period))
    return words(
        "tasks.title_overdue" if found.overdue_count else "tasks.title_in_time",
        overdue=found.overdue_count,
        units=found.overdue_unit_count,
        done=found.done_count,
        of=found.item_count,
    )


def head(context: Context, items: Sequence[TaskState], tasks: Mapping[str, Task], units: Sequence[Unit]) -> Markup:
    """The filters, the finding, where most is overdue, who has not reported."""
    words, found = context.words, task_summary.workload(items)
    filters = _filters(context, tasks, units)
    if not found.item_count:
        return opening(filters, finding(context, items))
    lines = []
    if found.worst:
        worst = [_named(context, tasks[code], count) for code, count in found.worst]
        lines.append(words.markup("tasks.worst", tasks=words.join(worst)))
    if found.absent_unit_count:
        absent = page_header.link_to(
            context.state.href(task=None, unit=None, status="absent"), words("tasks.absent_way")
        )
        lines.append(words.markup("tasks.absent", count=found.absent_unit_count, way=absent))
    return opening(filters, finding(context, items), lines)


def _named(context: Context, task: Task, count: int) -> Markup:
    name = page_header.link_to(link(context)(task=task.task_code), context.words.of(task, "name"))
    return context.words.markup("tasks.worst_one", task=name, count=count)


def _filters(context: Context, tasks: Mapping[str, Task], units: Sequence[Unit]) -> Markup:
    words, state, href = context.words, context.state, context.state.href
    task = [(href(task=None), words("tasks.any_task"), not state.get("task"))]
    for code, one in tasks.items():
        name = words("target.option", code=code, name=words.of(one, "name"))
        task.append((href(task=code), name, code == state.get("task")))
    unit = [(href(unit=None), words("tasks.any_unit"), not state.unit)]
    unit += [(href(unit=one.unit_code), words.of(one, "name"), one.unit_code == state.unit) for one in units]
    status = [(href(status=None), words("tasks.any_status"), not state.get("status"))]
    for name in TASK_STATUS.choices:
        status.append((href(status=name), status_word(name, words), name == state.get("status")))
    choices = [("task", "tasks.by_task", task), ("unit", "tasks.by_unit", unit), ("status", "tasks.by_status", status)]
    drawn = "".join(layout.select(f"by-{name}", words(label), options) for name, label, options in choices)
    is_narrowed = any(state.get(name) for name, _, _ in choices)
    clear = page_header.link_to(href(task=None, unit=None, status=None), words("tasks.clear")) if is_narrowed else ""
    return Markup(f"{drawn}{clear}")
