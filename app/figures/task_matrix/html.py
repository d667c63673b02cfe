"""The work contents of the plan: the matrix of units, the list with evidence, the course towards the due quarter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from markupsafe import Markup, escape

from app.analysis.task_summary import task_state
from app.core import formatting
from app.core.i18n import Words
from app.core.status import OF_TASKS, sign_of, tone_of
from app.records import Unit
from app.records.tasks import Task, TaskState
from app.ui.status import chip
from app.ui.tables import table

# A list as long as every unit's share of one work content is shown whole.
MOST_LISTED = 23


class TaskLink(Protocol):
    """Leads to the tasks narrowed to a task, a unit or both."""

    def __call__(self, task: str | None = None, unit: str | None = None) -> str:
        """The address."""
        ...


def told(item: TaskState, task: Task, place: str, words: Words) -> str:
    """The whole story of one item, one fact a line; the first line names it."""
    lines = [f"{place} · {words.of(task, 'name')}", words.status(task_state(item))]
    if item.percent_done is not None:
        lines[-1] += f": {words.number(item.percent_done)}%"
    if item.due_period_code:
        lines.append(words("tasks.due_by", period=words.period(item.due_period_code)))
    if item.evidence_reference:
        lines.append(words("tasks.evidence_is", evidence=item.evidence_reference))
    return "\n".join([*lines, item.note] if item.note else lines)


def work_matrix(
    tasks: Sequence[Task],
    units: Sequence[Unit],
    items: Mapping[tuple[str, str], TaskState],
    link: TaskLink,
    words: Words,
    picked: tuple[str | None, str | None] = (None, None),
) -> Markup:
    """Work contents as rows, units as columns; `picked` is the (task, unit) whose row, column or cell is framed."""
    heads = "".join(
        f"<th scope='col'{' class=picked' if unit.unit_code == picked[1] else ''}>"
        f"<a href='{escape(link(task=picked[0], unit=unit.unit_code))}' aria-label='{escape(words.of(unit, 'name'))}'>"
        f"{escape(words.of(unit, 'short_name'))}</a></th>"
        for unit in units
    )
    rows = "".join(_matrix_row(task, units, items, link, words, picked) for task in tasks)
    caption = escape(words("tasks.matrix_caption"))
    return Markup(
        f"<div class='scroll' tabindex='0' role='region' aria-label='{caption}'>"
        f"<table class='grid works' data-arrows><caption class='sr'>{caption}</caption>"
        f"<thead><tr><th scope='col'>{escape(words('tasks.corner'))}</th>{heads}</tr></thead>"
        f"<tbody>{rows}</tbody></table></div>"
    )


def work_legend(items: Sequence[TaskState], words: Words) -> Markup:
    """The signs that the matrix has."""
    seen = {task_state(item) for item in items}
    keys = "".join(
        f"<li><b class='c {tone_of(name)}'><i>{sign_of(name)}</i></b>{escape(words.status(name))}</li>"
        for name in OF_TASKS
        if name in seen
    )
    return Markup(f"<ul class='legend' aria-label='{escape(words('legend.title'))}'>{keys}</ul>")


def work_list(
    items: Sequence[TaskState],
    tasks: Mapping[str, Task],
    places: Mapping[str, Unit],
    link: TaskLink,
    words: Words,
    only: tuple[str | None, str | None] = (None, None),
) -> Markup:
    """Items with status, percent, due quarter, evidence and note; what all have in common (`only`) has no column."""
    heads = [
        (words("tasks.task"), "", only[0]),
        (words("tasks.unit"), "", only[1]),
        (words("tasks.status"), "", None),
        (words("tasks.percent"), "n", None),
        (words("tasks.due"), "n", only[0]),
        (words("tasks.evidence"), "", None),
    ]
    kept = [place for place, (_, _, common) in enumerate(heads) if common is None]
    if all(only):
        kept = [0, *kept]
    lines = [[line[place] for place in kept] for line in (_line(item, tasks, places, link, words) for item in items)]
    return table("work-list", [heads[place][:2] for place in kept], lines, words("tasks.list_caption"))


def folded_list(
    items: Sequence[TaskState],
    tasks: Mapping[str, Task],
    places: Mapping[str, Unit],
    link: TaskLink,
    words: Words,
    only: tuple[str | None, str | None] = (None, None),
) -> Markup:
    """The list, its end folded away where it is long."""
    listed = work_list(items[:MOST_LISTED], tasks, places, link, words, only)
    rest = items[MOST_LISTED:]
    if not rest:
        return listed
    title = escape(words("tasks.further", count=len(rest)))
    more = work_list(rest, tasks, places, link, words, only)
    return Markup(f"{listed}<details id='further' class='long'><summary>{title}</summary>{more}</details>")


def about(task: Task, words: Words) -> Markup:
    """What a work content asks for: who leads, what is to come out of it, until when."""
    due = words.period(task.due_period_code) if task.due_period_code else formatting.MISSING
    facts = [("tasks.lead", words.of(task, "lead")), ("tasks.deliverable", words.of(task, "deliverable"))]
    items = "".join(
        f"<li><b>{escape(words(key))}</b> {escape(text)}</li>" for key, text in [*facts, ("tasks.due", due)] if text
    )
    name = escape(words("target.option", code=task.task_code, name=words.of(task, "name")))
    return Markup(f"<section class='card' id='task'><h2>{name}</h2><ul>{items}</ul></section>")


def _matrix_row(
    task: Task,
    units: Sequence[Unit],
    items: Mapping[tuple[str, str], TaskState],
    link: TaskLink,
    words: Words,
    picked: tuple[str | None, str | None],
) -> str:
    cells = "".join(
        _cell(items.get((task.task_code, unit.unit_code)), task, unit, link, words, picked) for unit in units
    )
    here = " class=picked" if task.task_code == picked[0] else ""
    href = escape(link(task=task.task_code, unit=picked[1]))
    name = f"<a class='coded' href='{href}'><small>{escape(task.task_code)}</small>"
    name += f"<span>{escape(words.of(task, 'name'))}</span></a>"
    return f"<tr><th scope='row'{here}>{name}</th>{cells}</tr>"


def _cell(
    item: TaskState | None, task: Task, unit: Unit, link: TaskLink, words: Words, picked: tuple[str | None, str | None]
) -> str:
    if item is None:
        return "<td class='none'></td>"
    state = task_state(item)
    is_picked = picked == (task.task_code, unit.unit_code)
    figure = "" if item.percent_done is None else words.number(item.percent_done)
    label = escape(told(item, task, words.of(unit, "name"), words))
    href = escape(link(task=task.task_code, unit=unit.unit_code))
    return (
        f"<td{' class=picked' if is_picked else ''}><a class='c {tone_of(state)}' href='{href}' aria-label='{label}'>"
        f"<i>{sign_of(state)}</i>{figure}</a></td>"
    )


def _line(
    item: TaskState, tasks: Mapping[str, Task], places: Mapping[str, Unit], link: TaskLink, words: Words
) -> list[Markup]:
    task, unit = tasks[item.task_code], places[item.unit_code]
    name = Markup(
        f"<a href='{escape(link(task=task.task_code))}'>{escape(words.of(task, 'name'))}</a>"
        f"<small>{escape(words.of(task, 'lead'))}</small>"
    )
    place = Markup(f"<a href='{escape(link(unit=unit.unit_code))}'>{escape(words.of(unit, 'name'))}</a>")
    due = words.period(item.due_period_code) if item.due_period_code else formatting.MISSING
    evidence = f"<span>{escape(item.evidence_reference)}</span>" if item.evidence_reference else ""
    evidence += f"<small>{escape(item.note)}</small>" if item.note else ""
    percent = "" if item.percent_done is None else f"{words.number(item.percent_done)}%"
    return [
        name,
        place,
        chip(task_state(item), words),
        escape(percent or formatting.MISSING),
        escape(due),
        Markup(evidence or formatting.MISSING),
    ]
