"""Spec of the matrices of work contents: the state of each at each unit, or counts of units by area."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.analysis.task_summary import TaskTally, tally, task_state
from app.core.grouping import group_by
from app.core.i18n import words
from app.figures.grid.spec import UnitGrid, UnitLine, UnitTree
from app.figures.matrix import LateCount, MatrixCell, MatrixColumn, MatrixRow, MatrixSpec
from app.records import Unit
from app.records.tasks import Task, TaskState

# Items by (task, unit).
Items = Mapping[tuple[str, str], TaskState]


def task_matrix_spec(tasks: Sequence[Task], units: Sequence[Unit], items: Items) -> MatrixSpec:
    """Return work contents as rows, units as columns, in the given order."""
    columns = tuple(
        MatrixColumn(unit.unit_code, words.of(unit, "short_name"), words.of(unit, "name")) for unit in units
    )
    rows = []
    for task in tasks:
        code, name = task.task_code, words.of(task, "name")
        cells = tuple(_cell(items.get((code, column.key)), task, column) for column in columns)
        rows.append(MatrixRow(code, name, name, cells, code))
    return MatrixSpec(columns, tuple(rows))


def task_area_spec(tasks: Sequence[Task], tree: UnitTree, items: Mapping[str, Sequence[TaskState]]) -> UnitGrid:
    """Return units as rows, work contents as columns, for a city with areas.

    For the city, a region and an area, a cell counts units that are overdue or done; for a commune it is its state.
    `items` are those of all units within a unit, by its code.
    """

    writer = TaskLines(tasks, items)
    groups = tree.groups(
        writer.sums, lambda area: writer.sums(area, tree.communes.get(area.unit_code, ()), can_open=True)
    )
    return UnitGrid(writer.columns, writer.sums(tree.city), groups)


@dataclass(frozen=True, slots=True)
class TaskLines:
    """Common inputs of the rows of units with work contents as columns; `items` are all those within a unit, by its
    code."""

    tasks: Sequence[Task]
    items: Mapping[str, Sequence[TaskState]]

    @property
    def columns(self) -> tuple[MatrixColumn, ...]:
        """Return the columns."""
        return tuple(MatrixColumn(task.task_code, task.task_code, words.of(task, "name")) for task in self.tasks)

    def sums(self, unit: Unit, parts: Sequence[Unit] = (), can_open: bool = False) -> UnitLine:
        """Return the row of a unit that counts the units within it, and the rows of its `parts`."""
        within = self.items.get(unit.unit_code, ())
        own = group_by(within, lambda item: item.task_code)
        cells = tuple(_sum_cell(own.get(task.task_code, ()), task, unit) for task in self.tasks)
        return _line(unit, cells, tally(within), tuple(map(self.own, parts)), can_open)

    def own(self, unit: Unit) -> UnitLine:
        """Return the row of a unit that carries out the work itself."""
        own = {item.task_code: item for item in self.items.get(unit.unit_code, ())}
        column = MatrixColumn(unit.unit_code, "", words.of(unit, "name"))
        cells = tuple(_cell(own.get(task.task_code), task, column) for task in self.tasks)
        return _line(unit, cells, tally(own.values()))


def _line(
    unit: Unit,
    cells: tuple[MatrixCell | None, ...],
    count: TaskTally,
    parts: tuple[UnitLine, ...] = (),
    can_open: bool = False,
) -> UnitLine:
    """Return a unit's row; an area or region, which has a long name, uses its short name."""
    name = words.of(unit, "name")
    label = name if unit.is_authority else words.of(unit, "short_name")
    late = LateCount(count.overdue_count, count.reported_count) if count.reported_count else None
    return UnitLine(MatrixRow(unit.unit_code, label, name, cells), late, can_open, parts)


def _sum_cell(items: Sequence[TaskState], task: Task, unit: Unit) -> MatrixCell | None:
    if not items:
        return None
    count = tally(items)
    status = count.state
    done_or_overdue = count.overdue_count or count.done_count
    figure = f"{words.number(done_or_overdue)}/{words.number(count.reported_count)}" if count.reported_count else ""
    lines = [
        f"{words.of(unit, 'name')} · {words.of(task, 'name')}",
        words("tasks.tally", overdue=count.overdue_count, done=count.done_count, of=count.reported_count),
    ]
    if count.absent_count:
        lines.append(words("tasks.tally_absent", count=count.absent_count))
    if task.due_period_code:
        lines.append(words("tasks.due_by", period=words.period(task.due_period_code)))
    return MatrixCell(unit.unit_code, task.task_code, status, figure, words.status(status), "\n".join(lines))


def _cell(item: TaskState | None, task: Task, column: MatrixColumn) -> MatrixCell | None:
    if item is None:
        return None
    status = task_state(item)
    percent = "" if item.percent_done is None else words.number(item.percent_done)
    explanation = _explanation(item, task, column.full_name)
    return MatrixCell(task.task_code, column.key, status, percent, words.status(status), explanation)


def _explanation(item: TaskState, task: Task, unit_name: str) -> str:
    """Return the full description of one item, one fact per line; the first line names it."""
    state = words.status(task_state(item))
    if item.percent_done is not None:
        state += f": {words.number(item.percent_done)}%"
    lines = [f"{unit_name} · {words.of(task, 'name')}", state]
    if item.due_period_code:
        lines.append(words("tasks.due_by", period=words.period(item.due_period_code)))
    if item.evidence_reference:
        lines.append(words("tasks.evidence_is", evidence=item.evidence_reference))
    if item.note:
        lines.append(item.note)
    return "\n".join(lines)
