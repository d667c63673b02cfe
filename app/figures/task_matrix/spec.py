"""What the matrix of work contents shows: how far each unit is with each of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from app.analysis.task_summary import task_state
from app.core.i18n import Words
from app.figures.matrix import MatrixCell, MatrixColumn, MatrixRow, MatrixSpec
from app.records import Unit
from app.records.tasks import Task, TaskState

# Items by (task, unit).
Items = Mapping[tuple[str, str], TaskState]


def task_matrix_spec(tasks: Sequence[Task], units: Sequence[Unit], items: Items, words: Words) -> MatrixSpec:
    """Work contents as rows, units as columns, in the order given."""
    columns = tuple(
        MatrixColumn(unit.unit_code, words.of(unit, "short_name"), words.of(unit, "name")) for unit in units
    )
    rows = []
    for task in tasks:
        code, name = task.task_code, words.of(task, "name")
        cells = tuple(_cell(items.get((code, column.key)), task, column, words) for column in columns)
        rows.append(MatrixRow(code, name, name, cells, code))
    return MatrixSpec(columns, tuple(rows))


def _cell(item: TaskState | None, task: Task, column: MatrixColumn, words: Words) -> MatrixCell | None:
    if item is None:
        return None
    status = task_state(item)
    percent = "" if item.percent_done is None else words.number(item.percent_done)
    explanation = _explanation(item, task, column.full_name, words)
    return MatrixCell(task.task_code, column.key, status, percent, words.status(status), explanation)


def _explanation(item: TaskState, task: Task, unit_name: str, words: Words) -> str:
    """The whole story of one item, one fact a line; the first line names it."""
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
