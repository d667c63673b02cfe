"""HTML of the work contents of the plan: the matrix of units, the list with evidence, what one asks for."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from markupsafe import Markup

from app.analysis.task_summary import task_state
from app.core import formatting
from app.core.i18n import Words
from app.core.status import OF_TASKS
from app.figures.grid.html import legend
from app.figures.matrix import MatrixCell, MatrixSpec
from app.records import Unit
from app.records.tasks import Task, TaskState
from app.ui.page_header import link_to
from app.ui.status import chip
from app.ui.tables import Column, table_of
from app.ui.templates import render

# A list as long as every unit's share of one work content is shown whole.
MOST_LISTED = 23


class TaskLink(Protocol):
    """Leads to the tasks narrowed to a task, a unit or both."""

    def __call__(self, task: str | None = None, unit: str | None = None) -> str:
        """The address."""
        ...


@dataclass(frozen=True, slots=True)
class Picked:
    """The task and the unit that an address names; None where it names none."""

    task: str | None = None
    unit: str | None = None


def task_matrix(matrix: MatrixSpec, link: TaskLink, words: Words, picked: Picked) -> Markup:
    """Work contents as rows, units as columns; the row, column or cell that is picked is framed."""

    def href(cell: MatrixCell) -> str:
        return link(task=cell.row_code, unit=cell.column_code)

    return render("figures/task_matrix/matrix.html", matrix=matrix, link=link, href=href, words=words, picked=picked)


def task_legend(items: Sequence[TaskState], words: Words) -> Markup:
    """The signs that the matrix has."""
    occurring = {task_state(item) for item in items}
    statuses = [status for status in OF_TASKS if status in occurring]
    return legend(statuses, words, has_provisional=False)


def task_list(
    items: Sequence[TaskState],
    tasks: Mapping[str, Task],
    units: Mapping[str, Unit],
    link: TaskLink,
    words: Words,
    picked: Picked,
) -> Markup:
    """Items with status, percent, due quarter, evidence and note; what is picked, so common to all, has no column."""

    def task_name(item: TaskState) -> Markup:
        task = tasks[item.task_code]
        name = link_to(link(task=task.task_code), words.of(task, "name"))
        return name + Markup("<small>{}</small>").format(words.of(task, "lead"))

    def unit_name(item: TaskState) -> Markup:
        return link_to(link(unit=item.unit_code), words.of(units[item.unit_code], "name"))

    def percent(item: TaskState) -> str:
        return formatting.MISSING if item.percent_done is None else f"{words.number(item.percent_done)}%"

    columns: dict[str, Column[TaskState]] = {
        "task": Column("tasks.task", task_name),
        "unit": Column("tasks.unit", unit_name),
        "status": Column("tasks.status", lambda item: chip(task_state(item), words)),
        "percent": Column("tasks.percent", percent, "n"),
        "due": Column("tasks.due", lambda item: _due(item, words), "n"),
        "evidence": Column("tasks.evidence", _evidence),
    }
    common = {"task": picked.task and not picked.unit, "unit": picked.unit, "due": picked.task}
    shown = [column for name, column in columns.items() if not common.get(name)]
    return table_of("work-list", shown, items, words("tasks.list_caption"), words)


def folded_list(items: Sequence[TaskState], listed: Callable[[Sequence[TaskState]], Markup], words: Words) -> Markup:
    """The items as `listed`, the end folded away where there are many."""
    rest = items[MOST_LISTED:]
    if not rest:
        return listed(items)
    fold = Markup("{}<details id='further' class='long'><summary>{}</summary>{}</details>")
    return fold.format(listed(items[:MOST_LISTED]), words("tasks.further", count=len(rest)), listed(rest))


def task_card(task: Task, words: Words) -> Markup:
    """What a work content asks for: who leads, what is to come out of it, until when."""
    facts = [
        (words("tasks.lead"), words.of(task, "lead")),
        (words("tasks.deliverable"), words.of(task, "deliverable")),
        (words("tasks.due"), _due(task, words)),
    ]
    title = words("target.option", code=task.task_code, name=words.of(task, "name"))
    return render("figures/task_matrix/card.html", title=title, facts=[fact for fact in facts if fact[1]])


def _due(item: TaskState | Task, words: Words) -> str:
    return words.period(item.due_period_code) if item.due_period_code else formatting.MISSING


def _evidence(item: TaskState) -> Markup | str:
    evidence = Markup("")
    if item.evidence_reference:
        evidence += Markup("<span>{}</span>").format(item.evidence_reference)
    if item.note:
        evidence += Markup("<small>{}</small>").format(item.note)
    return evidence or formatting.MISSING
