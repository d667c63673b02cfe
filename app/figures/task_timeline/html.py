"""The work contents over the quarters: how many units had done each, held against the quarter in which it was due."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from markupsafe import Markup, escape

from app.core.i18n import Words
from app.figures.task_matrix.html import TaskLink
from app.records.tasks import Task, TaskCount

FULL_PCT = 100.0
# Up to so many quarters the axis names each of them, else the years.
FEW_PERIODS = 8


def work_courses(
    tasks: Sequence[Task],
    counts: Mapping[str, Sequence[TaskCount]],
    periods: Sequence[str],
    link: TaskLink,
    words: Words,
    picked: str | None = None,
) -> Markup:
    """One line a work content: its name, the share done in each quarter and the due quarter, how many are done now."""
    rows = "".join(_row(task, counts.get(task.task_code, ()), periods, link, words, picked) for task in tasks)
    is_short = len(periods) <= FEW_PERIODS
    years = "".join(
        f"<span style='left:{_left(place, periods):.1f}%'>{words.short_period(code) if is_short else code[:4]}</span>"
        for place, code in enumerate(periods)
        if is_short or code.endswith("Q1")
    )
    return Markup(
        f"<div class='work-courses'><div class='years n' aria-hidden='true'><span></span><div>{years}</div></div>"
        f"<ol>{rows}</ol></div>"
    )


def course_story(task: Task, counts: Sequence[TaskCount], words: Words) -> str:
    """The course in words, one fact a line."""
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


def _left(place: int, periods: Sequence[str]) -> float:
    return FULL_PCT * place / len(periods)


def _row(
    task: Task,
    counts: Sequence[TaskCount],
    periods: Sequence[str],
    link: TaskLink,
    words: Words,
    picked: str | None,
) -> str:
    here = " class='here' aria-current='true'" if task.task_code == picked else ""
    label = escape(course_story(task, counts, words))
    now = counts[-1] if counts else None
    figure = words("tasks.done_of", done=now.done_count, of=now.reported_count) if now else ""
    name = escape(words.of(task, "name"))
    return (
        f"<li{here}><a href='{escape(link(task=task.task_code))}' aria-label='{label}'>"
        f"<span class='nm coded'><small>{escape(task.task_code)}</small><span>{name}</span></span>"
        f"{_track(task, counts, periods, words)}<span class='vl n'>{escape(figure)}</span></a></li>"
    )


def _track(task: Task, counts: Sequence[TaskCount], periods: Sequence[str], words: Words) -> str:
    places, width = {code: place for place, code in enumerate(periods)}, FULL_PCT / len(periods)
    bars = ""
    for count in counts:
        if count.period_code in places and count.reported_count:
            height = FULL_PCT * count.done_count / count.reported_count
            is_late = bool(task.due_period_code) and count.period_code > (task.due_period_code or "")
            kind = "all" if count.done_count == count.reported_count else "late" if is_late else "early"
            bars += (
                f"<rect class='whole' x='{_left(places[count.period_code], periods) + width * 0.06:.2f}%' y='0' "
                f"width='{width * 0.88:.2f}%' height='100%'/>"
                f"<rect class='{kind}' x='{_left(places[count.period_code], periods) + width * 0.06:.2f}%' "
                f"y='{FULL_PCT - height:.1f}%' width='{width * 0.88:.2f}%' height='{height:.1f}%'/>"
            )
    due = ""
    if task.due_period_code in places:
        at = f"{_left(places[task.due_period_code] + 1, periods):.2f}%"
        due = f"<line class='due' x1='{at}' x2='{at}' y1='-3' y2='108%'/>"
    return f"<svg class='done' aria-hidden='true'>{bars}{due}</svg>"
