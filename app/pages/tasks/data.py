"""Data of the tasks page: the plan's work contents, and the progress of every unit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.analysis import task_summary
from app.analysis.task_summary import Workload
from app.core.grouping import group_by
from app.core.page_context import Context, UnknownCodeError
from app.figures.matrix import MatrixSpec
from app.figures.task_matrix.spec import task_matrix_spec
from app.pages.shared.units import filter_units, sought
from app.queries import tasks as task_queries
from app.records import Unit
from app.records.tasks import Task, TaskCount, TaskState


@dataclass(frozen=True, slots=True)
class Tasks:
    """The work contents in the chosen quarter; an item is one work content of one unit.

    `tasks` (in the plan's order) and `units` (the city's agencies first) are by code. `items` are those of these units,
    `shown` those that the address selects, the most urgent first if it names no other order. `counts` are by task,
    oldest quarter first. `workload` is that of the task and the units that the address names, whatever their status.
    """

    tasks: Mapping[str, Task]
    units: Mapping[str, Unit]
    items: Sequence[TaskState]
    shown: Sequence[TaskState]
    counts: Mapping[str, Sequence[TaskCount]]
    workload: Workload

    def matrix(self) -> MatrixSpec:
        """Return every work content of every unit."""
        items = {(item.task_code, item.unit_code): item for item in self.items}
        return task_matrix_spec(list(self.tasks.values()), list(self.units.values()), items)


def gather(context: Context) -> Tasks:
    """Return the work contents of the chosen quarter. Raises `UnknownCodeError` for a task or unit that it does not
    have."""
    reader = context.reader
    state = context.state
    task_code = state.get("task")
    tasks = {task.task_code: task for task in task_queries.tasks(reader, state.period)}
    units = {unit.unit_code: unit for unit in (context.city, *context.reporters)}
    if task_code and task_code not in tasks:
        raise UnknownCodeError("task", task_code)
    items = [item for item in task_queries.states(reader, state.period) if item.unit_code in units]
    asked = _asked_units(context, units)
    return Tasks(
        tasks=tasks,
        units=units,
        items=items,
        shown=task_summary.chosen(items, task_code, asked, state.get("status"), list(units), state.get("sort")),
        counts=group_by(task_queries.counts(reader, state.period), lambda count: count.task_code),
        workload=task_summary.workload(task_summary.narrowed(items, task_code, asked)),
    )


def _asked_units(context: Context, units: Mapping[str, Unit]) -> frozenset[str] | None:
    """Return the units in the address, by an area that they lie in or by a search; None without a filter."""
    code = context.state.unit
    if code and code not in units and not context.district(code):
        raise UnknownCodeError("unit", code)
    if not code and not sought(context.state):
        return None
    matching = filter_units(context, units.values()) if sought(context.state) else units.values()
    return frozenset(unit.unit_code for unit in matching if not code or code in (unit.unit_code, unit.parent_code))
