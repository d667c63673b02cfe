"""The work contents of the plan by unit as a document."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from app.charts.svg.matrix import Entry, Line, Shape, matrix_chart
from app.charts.svg.paper import Caption
from app.charts.works import face
from app.facts import Unit
from app.facts.tasks import Task, TaskState
from app.words import Words

SHAPE = Shape(names=460.0)


def works_chart(
    caption: Caption,
    tasks: Sequence[Task],
    units: Sequence[Unit],
    items: Mapping[tuple[str, str], TaskState],
    words: Words,
) -> str:
    """Work contents as lines, units as columns: how far each is, with the percentage done."""

    def name(status: str) -> str:
        return words(f"task_face.{status}")

    def entry(item: TaskState | None) -> Entry | None:
        if item is None:
            return None
        done = "" if item.percent_done is None else words.number(item.percent_done)
        return Entry(face(item), done, f"{done}% {name(face(item))}" if done else name(face(item)))

    lines = [
        Line(
            words.of(task, "name"),
            [entry(items.get((task.task_code, unit.unit_code))) for unit in units],
            task.task_code,
        )
        for task in tasks
    ]
    return matrix_chart(caption, [words.of(unit, "short_name") for unit in units], lines, words, SHAPE, name)
