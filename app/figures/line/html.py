"""Courses over the quarters: one unit's or several units' figures on one target, on the same scale.

Lines are an SVG that stretches with its box; points, scale and names are HTML at percentages of it, so that text
keeps its size on a phone and on a projector.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

from app.core.i18n import Words
from app.records import Progress, Target
from app.ui.figure_text import explain, threshold_text, value_text

FULL_PCT = 100.0
# The least distance between two names at the right end, in percent of the picture's height.
NAME_STEP_PCT = 10.5
SCALE = (0.0, 50.0, 100.0)


@dataclass(frozen=True, slots=True)
class Course:
    """One line: whose it is, how it is marked (`1` … or nothing), its style (`s1` …, `city`), its figures."""

    name: str
    short_name: str
    mark: str
    style: str
    rows: Sequence[Progress]


def course_chart(
    courses: Sequence[Course], periods: Sequence[str], target: Target, link: Callable[[Progress], str], words: Words
) -> Markup:
    """The picture. `link(row)` is where a point leads; nothing where no course has a value."""
    every = [row for course in courses for row in course.rows]
    known = [row.value_pct for row in every if row.value_pct is not None]
    if not known:
        return Markup("")
    top = max(FULL_PCT, *known)
    drawn = "".join(_line(course, periods, top) for course in reversed(courses))
    points = "".join(_points(course, periods, top, target, link, words) for course in reversed(courses))
    story = " ".join(course_text(course, words) for course in courses)
    return Markup(
        f"<figure class='courses' role='group' aria-label='{escape(story)}'>"
        f"<div class='scale-y n' aria-hidden='true'>{_scale(top, words)}</div>"
        f"<div class='plot'><svg viewBox='0 0 100 100' preserveAspectRatio='none' aria-hidden='true'>"
        f"{_rules(top)}{_limits(every, periods, target, top)}{drawn}</svg>{points}</div>"
        f"<ol class='names' aria-hidden='true'>{_names(courses, top, words)}</ol>"
        f"<div class='scale-x n' aria-hidden='true'>{_years(periods, words)}</div></figure>"
    )


def course_note(target: Target, rows: Sequence[Progress], words: Words) -> str:
    """How to read the picture: only the marks that it has."""
    notes = [words("courses.note")]
    if target.threshold_pct is not None:
        notes.append(words("courses.note_threshold", threshold=threshold_text(target, words)))
    if any(row.path_pct is not None for row in rows):
        notes.append(words("courses.note_path"))
    if starts_anew_each_year(rows):
        notes.append(words("courses.note_restart"))
    return " ".join(notes)


def course_text(course: Course, words: Words) -> str:
    """A course in a sentence: its first figure, its latest, and how often nothing was known. No change is claimed: the
    series may break between the two."""
    known = [row for row in course.rows if row.value_pct is not None]
    if not known:
        return words("courses.story_none", name=course.name)
    first, last = known[0], known[-1]
    return words(
        "courses.story",
        name=course.name,
        first=value_text(first, words),
        since=words.period(first.period_code),
        last=value_text(last, words),
        until=words.period(last.period_code),
        gaps=len(course.rows) - len(known),
    )


def _x(place: int, count: int) -> float:
    return FULL_PCT * (place + 0.5) / max(1, count)


def _y(value: float, top: float) -> float:
    return FULL_PCT - value / top * FULL_PCT


def _line(course: Course, periods: Sequence[str], top: float) -> str:
    rows, places = {row.period_code: row for row in course.rows}, {code: place for place, code in enumerate(periods)}
    path, pen_is_down, restarts = "", False, starts_anew_each_year(course.rows)
    for code in periods:
        row = rows.get(code)
        if row is None or row.value_pct is None:
            pen_is_down = False
            continue
        pen_is_down = pen_is_down and not (restarts and code.endswith("Q1"))
        point = f"{_x(places[code], len(periods)):.1f} {_y(row.value_pct, top):.1f}"
        path += f"L{point}" if pen_is_down else f"M{point}h.01"
        pen_is_down = True
    return f"<path class='line {course.style}' d='{path}'/>" if path else ""


def starts_anew_each_year(rows: Sequence[Progress]) -> bool:
    """Whether these are figures counted over the year: the line breaks each January instead of falling."""
    return any(row.kind == "coverage" and row.period_window == "ytd" for row in rows)


def _points(
    course: Course,
    periods: Sequence[str],
    top: float,
    target: Target,
    link: Callable[[Progress], str],
    words: Words,
) -> str:
    places = {code: place for place, code in enumerate(periods)}
    known = [row for row in course.rows if row.value_pct is not None and row.period_code in places]
    drawn = ""
    for row in known:
        label = explain(row, target, f"{course.name}, {words.period(row.period_code)}", words)
        left, height = _x(places[row.period_code], len(periods)), _y(row.value_pct or 0.0, top)
        # Tab stops at each course's newest point only; the table below has every figure.
        stop = "" if row is known[-1] else " tabindex='-1'"
        drawn += (
            f"<a class='pt {course.style}' style='left:{left:.2f}%;top:{height:.2f}%' "
            f"href='{escape(link(row))}' aria-label='{escape(label)}'{stop}></a>"
        )
    return drawn


def _rules(top: float) -> str:
    return "".join(f"<path class='rule' d='M0 {_y(value, top):.1f}H100'/>" for value in SCALE)


def _limits(rows: Sequence[Progress], periods: Sequence[str], target: Target, top: float) -> str:
    drawn = ""
    if target.threshold_pct is not None:
        drawn += f"<path class='th' d='M0 {_y(target.threshold_pct, top):.1f}H100'/>"
    paths = {row.period_code: row.path_pct for row in rows if row.path_pct is not None}
    half = FULL_PCT / max(1, len(periods)) / 2
    for place, code in enumerate(periods):
        if code in paths:
            middle = _x(place, len(periods))
            drawn += f"<path class='path' d='M{middle - half:.1f} {_y(paths[code], top):.1f}h{2 * half:.1f}'/>"
    return drawn


def _scale(top: float, words: Words) -> str:
    values = [*SCALE, top] if top > FULL_PCT * 1.1 else SCALE
    return "".join(f"<span style='top:{_y(value, top):.1f}%'>{words.number(value)}</span>" for value in values)


def _years(periods: Sequence[str], words: Words) -> str:
    if len(periods) <= 8:
        texts = [(place, words.short_period(code)) for place, code in enumerate(periods)]
    else:
        texts = [(place, code[:4]) for place, code in enumerate(periods) if code.endswith("Q1")]
    count = len(periods)
    return "".join(f"<span style='left:{_x(place, count):.1f}%'>{escape(text)}</span>" for place, text in texts)


def _names(courses: Sequence[Course], top: float, words: Words) -> str:
    ends = []
    for course in courses:
        known = [row for row in course.rows if row.value_pct is not None]
        if known:
            ends.append((_y(known[-1].value_pct or 0.0, top), course, known[-1]))
    ends.sort(key=lambda end: end[0])
    heights = apart([height for height, _, _ in ends])
    newest = max((row.period_code for _, _, row in ends), default="")
    return "".join(
        f"<li class='{course.style}' style='top:{height:.1f}%'>{_badge(course)}"
        f"<span>{escape(course.short_name)}</span> <b class='n'>{value_text(row, words)}</b>"
        f"{_when(row, newest, words)}</li>"
        for height, (_, course, row) in zip(heights, ends, strict=True)
    )


def _when(row: Progress, newest: str, words: Words) -> str:
    # A course that ends earlier than the others says when.
    return "" if row.period_code == newest else f"<small>{escape(words.short_period(row.period_code))}</small>"


def _badge(course: Course) -> str:
    return f"<b class='mk {course.style}'>{escape(course.mark)}</b>" if course.mark else ""


def apart(wanted: Sequence[float], step: float = NAME_STEP_PCT, most: float = FULL_PCT) -> list[float]:
    """Heights as near as possible to those wanted (in order), no two closer than `step`, none beyond `most`."""
    placed: list[float] = []
    for height in wanted:
        placed.append(max(height, placed[-1] + step) if placed else height)
    for place in range(len(placed) - 1, -1, -1):
        placed[place] = min(placed[place], most)
        most = placed[place] - step
    return placed
