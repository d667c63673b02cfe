"""Spec of the timeline of work contents: the number of units that had done each, against its due quarter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from app.core.i18n import words
from app.core.period_code import opens_year, year_of
from app.records.tasks import Task, TaskCount

# Up to this number of quarters the axis names each of them, else the years.
FEW_PERIODS = 8


@dataclass(frozen=True, slots=True)
class Tick:
    """Name below the axis; `start` is the share of its width, 0-1, before the named quarter."""

    name: str
    start: float


@dataclass(frozen=True, slots=True)
class Bar:
    """Share of units, 0-1, that had done a work content at a quarter's end.

    `kind` is `all` where every unit had, else whether the quarter is after the due quarter.
    """

    start: float
    share: float
    kind: Literal["all", "late", "early"]


@dataclass(frozen=True, slots=True)
class TimelineRow:
    """Work content; `due` is the share of the axis before its due date, None where that is not on it."""

    code: str
    name: str
    figure: str
    story: str
    bars: tuple[Bar, ...]
    due: float | None


@dataclass(frozen=True, slots=True)
class TimelineSpec:
    """Work contents over the same quarters; `step` is the share of the axis of one quarter."""

    rows: tuple[TimelineRow, ...]
    ticks: tuple[Tick, ...]
    step: float


def timeline_spec(
    tasks: Sequence[Task], counts: Mapping[str, Sequence[TaskCount]], periods: Sequence[str]
) -> TimelineSpec:
    """Return the timeline of `counts` by work content, oldest first; `periods` are those of the axis."""
    step = 1 / len(periods)
    is_short = len(periods) <= FEW_PERIODS
    ticks = tuple(
        Tick(words.short_period(code) if is_short else year_of(code), index * step)
        for index, code in enumerate(periods)
        if is_short or opens_year(code)
    )
    rows = tuple(_row(task, counts.get(task.task_code, ()), periods) for task in tasks)
    return TimelineSpec(rows, ticks, step)


def _row(task: Task, counts: Sequence[TaskCount], periods: Sequence[str]) -> TimelineRow:
    starts = {code: index / len(periods) for index, code in enumerate(periods)}
    bars = tuple(
        Bar(starts[count.period_code], count.done_count / count.reported_count, _kind(task, count))
        for count in counts
        if count.period_code in starts and count.reported_count
    )
    figure = words("tasks.done_of", done=counts[-1].done_count, of=counts[-1].reported_count) if counts else ""
    due_start = starts.get(task.due_period_code or "")
    return TimelineRow(
        code=task.task_code,
        name=words.of(task, "name"),
        figure=figure,
        story=timeline_story(task, counts),
        bars=bars,
        due=None if due_start is None else due_start + 1 / len(periods),
    )


def _kind(task: Task, count: TaskCount) -> Literal["all", "late", "early"]:
    if count.done_count == count.reported_count:
        return "all"
    return "late" if task.due_period_code and count.period_code > task.due_period_code else "early"


def timeline_story(task: Task, counts: Sequence[TaskCount]) -> str:
    """Return the progress of one work content as text, one fact per line."""
    lines = [f"{task.task_code} · {words.of(task, 'name')}"]
    if task.due_period_code:
        lines.append(words("tasks.due_by", period=words.period(task.due_period_code)))
        due = next((count for count in counts if count.period_code == task.due_period_code), None)
        if due:
            lines.append(words("tasks.done_at_due", done=due.done_count, of=due.reported_count))
    if counts:
        now = counts[-1]
        period = words.period(now.period_code)
        lines.append(words("tasks.done_now", done=now.done_count, of=now.reported_count, period=period))
    return "\n".join(lines)
