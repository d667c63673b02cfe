"""HTML of the work contents of the plan: the matrix of units, the list with evidence, the card of a work content."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from markupsafe import Markup

from app.analysis.task_summary import REPORTED, task_state
from app.core import formatting
from app.core.i18n import words
from app.core.status import OF_TASKS
from app.figures.grid.html import AreaLinks, draw_areas, legend
from app.figures.grid.spec import UnitGrid
from app.figures.matrix import MatrixCell, MatrixSpec
from app.records import Unit
from app.records.tasks import Task, TaskState
from app.ui.page_header import link_to
from app.ui.status import chip
from app.ui.tables import Column, table_of
from app.ui.templates import render

# The number of items shown of a longer list.
MOST_LISTED = 40


class TaskLink(Protocol):
    """Function that returns the address of the tasks filtered by a task, a unit or both."""

    def __call__(self, task: str | None = None, unit: str | None = None) -> str:
        """Return the address."""
        ...


@dataclass(frozen=True, slots=True)
class Picked:
    """Task and unit selected by an address; None without a selection."""

    task: str | None = None
    unit: str | None = None


@dataclass(frozen=True, slots=True)
class Sorting:
    """Sort options of a list (names of its columns), the current order, and the address of another order.

    None for the default order.
    """

    names: Sequence[str]
    current: str | None
    way: Callable[[str | None], str]

    def of(self, name: str, column: Column[TaskState]) -> Column[TaskState]:
        """Return the column with its heading as a link that sorts by it, or restores the default order."""
        if name not in self.names:
            return column
        is_current = name == self.current
        link = Markup("<a id='sort-{}' href='{}' title='{}'>{}{}</a>").format(
            name,
            self.way(None if is_current else name),
            words("tasks.sort_back" if is_current else "tasks.sort"),
            words(column.key),
            " ▲" if is_current else "",
        )
        return replace(column, key="", heading=link, order="ascending" if is_current else "")


def task_matrix(matrix: MatrixSpec, link: TaskLink, picked: Picked) -> Markup:
    """Render work contents as rows, units as columns; the selected row, column or cell is framed."""

    def href(cell: MatrixCell) -> str:
        return link(task=cell.row_code, unit=cell.column_code)

    return render("figures/task_matrix/matrix.html", matrix=matrix, link=link, href=href, picked=picked)


def task_areas(grid: UnitGrid, link: TaskLink, toggle: Callable[[str, str], str], kind: str = "areas") -> Markup:
    """Render areas or communes (`kind`) as rows, work contents as columns.

    `toggle(parameter, code)` is the address with a unit expanded or collapsed.
    """
    top = {grid.city.row.key, *(group.head.row.key for group in grid.groups)}

    def cell(cell: MatrixCell) -> str:
        return link(task=cell.column_code, unit=None if cell.row_code in top else cell.row_code)

    addresses = AreaLinks(
        column=lambda code: link(task=code),
        area=lambda code: link(unit=code),
        part=lambda code: link(unit=code),
        cell=cell,
        toggle=toggle,
    )
    return draw_areas(grid, addresses, "tasks", words(f"tasks.caption_{kind}"), is_named=True, kind=kind)


def task_legend(items: Sequence[TaskState]) -> Markup:
    """Render the signs that occur in the matrix."""
    occurring = {task_state(item) for item in items}
    statuses = [status for status in OF_TASKS if status in occurring]
    return legend(statuses, has_provisional=False)


def task_list(
    items: Sequence[TaskState],
    tasks: Mapping[str, Task],
    units: Mapping[str, Unit],
    link: TaskLink,
    picked: Picked,
    sorting: Sorting | None = None,
) -> Markup:
    """Render items with status, percent, due quarter, evidence and note; the selection, common to all, has no column.

    With a `sorting` the headings of columns are links that sort the list.
    """

    def task_name(item: TaskState) -> Markup:
        task = tasks[item.task_code]
        name = link_to(link(task=task.task_code), words.of(task, "name"))
        return name + Markup("<small>{}</small>").format(words.of(task, "lead"))

    def unit_name(item: TaskState) -> Markup:
        return link_to(link(unit=item.unit_code), words.of(units[item.unit_code], "name"))

    def percent(item: TaskState) -> Markup | str:
        return _not_given(item) if item.percent_done is None else f"{words.number(item.percent_done)}%"

    columns: dict[str, Column[TaskState]] = {
        "task": Column("tasks.task", task_name),
        "unit": Column("tasks.unit", unit_name),
        "status": Column("tasks.status", lambda item: chip(task_state(item))),
        "percent": Column("tasks.percent", percent, "n"),
        "due": Column("tasks.due", _due, "n"),
        "evidence": Column("tasks.evidence", _evidence),
    }
    common = {"task": picked.task and not picked.unit, "unit": picked.unit, "due": picked.task}
    shown = {name: column for name, column in columns.items() if not common.get(name)}
    if sorting:
        shown = {name: sorting.of(name, column) for name, column in shown.items()}
    return table_of("work-list", list(shown.values()), items, words("tasks.list_caption"))


def folded_list(items: Sequence[TaskState], listed: Callable[[Sequence[TaskState]], Markup]) -> Markup:
    """Render the items by `listed`, with the end of a long list collapsed.

    Used in a file, where no other part of the list can be requested.
    """
    rest = items[MOST_LISTED:]
    if not rest:
        return listed(items)
    fold = Markup("{}<details id='further' class='long'><summary>{}</summary>{}</details>")
    return fold.format(listed(items[:MOST_LISTED]), words("tasks.further", count=len(rest)), listed(rest))


def task_card(task: Task) -> Markup:
    """Render the requirements of a work content: leading office, expected result, due date."""
    facts = [
        (words("tasks.lead"), words.of(task, "lead")),
        (words("tasks.deliverable"), words.of(task, "deliverable")),
        (words("tasks.due"), _due(task)),
    ]
    title = words("target.option", code=task.task_code, name=words.of(task, "name"))
    return render("figures/task_matrix/card.html", title=title, facts=[fact for fact in facts if fact[1]])


def _due(item: TaskState | Task) -> str:
    return words.period(item.due_period_code) if item.due_period_code else formatting.MISSING


def _evidence(item: TaskState) -> Markup | str:
    evidence = Markup("")
    if item.evidence_reference:
        evidence += Markup("<span>{}</span>").format(item.evidence_reference)
    if item.note:
        evidence += Markup("<small>{}</small>").format(item.note)
    return evidence or _not_given(item)


def _not_given(item: TaskState) -> Markup | str:
    """Render the remark on a value that a report left empty; empty where the status explains the missing report."""
    return (
        Markup("<small>{}</small>").format(words("tasks.not_given")) if item.status in REPORTED else formatting.MISSING
    )
