"""The work contents of the plan by unit as a document."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from app.analysis.task_summary import task_state
from app.core.i18n import Words
from app.figures.drawing.svg_document import Caption
from app.figures.drawing.svg_matrix import Entry, Line, Shape, matrix_chart
from app.records import Unit
from app.records.tasks import Task, TaskState

SHAPE = Shape(names=460.0)


def works_chart(
    caption: Caption,
    tasks: Sequence[Task],
    units: Sequence[Unit],
    items: Mapping[tuple[str, str], TaskState],
    words: Words,
) -> str:
    """Work contents as lines, units as columns: how far each is, with the percentage done."""

    def entry(item: TaskState | None) -> Entry | None:
        if item is None:
            return None
        done = "" if item.percent_done is None else words.number(item.percent_done)
        state = task_state(item)
        return Entry(state, done, f"{done}% {words.status(state)}" if done else words.status(state))

    lines = [
        Line(
            words.of(task, "name"),
            [entry(items.get((task.task_code, unit.unit_code))) for unit in units],
            task.task_code,
        )
        for task in tasks
    ]
    return matrix_chart(caption, [words.of(unit, "short_name") for unit in units], lines, words, SHAPE)
