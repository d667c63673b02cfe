"""HTML of the work contents of the plan: the matrix of units, the list with evidence, what one asks for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from markupsafe import Markup

from app.analysis.task_summary import task_state
from app.core import formatting
from app.core.i18n import Words
from app.core.status import OF_TASKS, sign_of, tone_of
from app.figures.matrix import MatrixCell, MatrixSpec
from app.records import Unit
from app.records.tasks import Task, TaskState
from app.ui.page_header import link_to
from app.ui.status import chip
from app.ui.tables import table
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


@dataclass(frozen=True, slots=True)
class _Column:
    """A column of the list; one that says of every item what is `picked` is left out."""

    title: str
    kind: str
    value: str
    is_common: bool = False


def task_matrix(matrix: MatrixSpec, link: TaskLink, words: Words, picked: Picked) -> Markup:
    """Work contents as rows, units as columns; the row, column or cell that is picked is framed."""

    def href(cell: MatrixCell) -> str:
        return link(task=cell.row_code, unit=cell.column_code)

    return render("figures/task_matrix/matrix.html", matrix=matrix, link=link, href=href, words=words, picked=picked)


def task_legend(items: Sequence[TaskState], words: Words) -> Markup:
    """The signs that the matrix has."""
    occurring = {task_state(item) for item in items}
    statuses = [status for status in OF_TASKS if status in occurring]
    return render("figures/task_matrix/legend.html", statuses=statuses, sign_of=sign_of, tone_of=tone_of, words=words)


def task_list(
    items: Sequence[TaskState],
    tasks: Mapping[str, Task],
    units: Mapping[str, Unit],
    link: TaskLink,
    words: Words,
    picked: Picked | None = None,
) -> Markup:
    """Items with status, percent, due quarter, evidence and note; what is picked, so common to all, has no column."""
    picked = picked or Picked()
    is_one = bool(picked.task and picked.unit)
    columns = [
        _Column(words("tasks.task"), "", "task", bool(picked.task) and not is_one),
        _Column(words("tasks.unit"), "", "unit", bool(picked.unit)),
        _Column(words("tasks.status"), "", "status"),
        _Column(words("tasks.percent"), "n", "percent"),
        _Column(words("tasks.due"), "n", "due", bool(picked.task)),
        _Column(words("tasks.evidence"), "", "evidence"),
    ]
    shown = [column for column in columns if not column.is_common]
    lines = []
    for item in items:
        values = _values(item, tasks[item.task_code], units[item.unit_code], link, words)
        lines.append([values[column.value] for column in shown])
    return table("work-list", [(column.title, column.kind) for column in shown], lines, words("tasks.list_caption"))


def folded_list(
    items: Sequence[TaskState],
    tasks: Mapping[str, Task],
    units: Mapping[str, Unit],
    link: TaskLink,
    words: Words,
    picked: Picked | None = None,
) -> Markup:
    """The list, its end folded away where it is long."""
    listed = task_list(items[:MOST_LISTED], tasks, units, link, words, picked)
    rest = items[MOST_LISTED:]
    if not rest:
        return listed
    more = task_list(rest, tasks, units, link, words, picked)
    fold = Markup("{}<details id='further' class='long'><summary>{}</summary>{}</details>")
    return fold.format(listed, words("tasks.further", count=len(rest)), more)


def task_card(task: Task, words: Words) -> Markup:
    """What a work content asks for: who leads, what is to come out of it, until when."""
    due = words.period(task.due_period_code) if task.due_period_code else formatting.MISSING
    facts = [
        (words("tasks.lead"), words.of(task, "lead")),
        (words("tasks.deliverable"), words.of(task, "deliverable")),
        (words("tasks.due"), due),
    ]
    title = words("target.option", code=task.task_code, name=words.of(task, "name"))
    return render("figures/task_matrix/card.html", title=title, facts=[fact for fact in facts if fact[1]])


def _values(item: TaskState, task: Task, unit: Unit, link: TaskLink, words: Words) -> dict[str, object]:
    """The cells of an item's line, by column."""
    name = link_to(link(task=task.task_code), words.of(task, "name"))
    evidence = Markup("")
    if item.evidence_reference:
        evidence += Markup("<span>{}</span>").format(item.evidence_reference)
    if item.note:
        evidence += Markup("<small>{}</small>").format(item.note)
    return {
        "task": name + Markup("<small>{}</small>").format(words.of(task, "lead")),
        "unit": link_to(link(unit=unit.unit_code), words.of(unit, "name")),
        "status": chip(task_state(item), words),
        "percent": formatting.MISSING if item.percent_done is None else f"{words.number(item.percent_done)}%",
        "due": words.period(item.due_period_code) if item.due_period_code else formatting.MISSING,
        "evidence": evidence or formatting.MISSING,
    }
