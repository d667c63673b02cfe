"""Courses of several units on one target as a document: a line each, told apart by stroke, mark and name."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from app.core.i18n import Words
from app.figures.drawing import svg_document
from app.figures.drawing.svg_document import MARGIN, Caption
from app.figures.line.html import Course, apart, course_text, starts_anew_each_year
from app.figures.scale import Scale, axis_end
from app.records import Target
from app.ui.figure_text import threshold_text, value_text
from app.ui.palette import INK, LIGHT, MUTED

WIDE, HIGH, LEFT, TOP, RIGHT = 1000.0, 380.0, 70.0, 24.0, 210.0
BOTTOM = HIGH - 34.0
DASHES = {"s1": "", "s2": "9 4", "s3": "3 4", "s4": "10 4 2 4", "s5": "16 5", "city": ""}


def courses_chart(
    caption: Caption, courses: Sequence[Course], periods: Sequence[str], target: Target, words: Words
) -> str:
    """The lines over `periods` with the threshold; names and newest figures at their right ends."""
    top = axis_end(row for course in courses for row in course.rows)
    body = _axes(periods, top, words)
    if target.threshold_pct is not None:
        y = _y(target.threshold_pct, top)
        body += svg_document.path(f"M{LEFT} {y:.1f}H{WIDE - RIGHT:.1f}", INK, 1.5, stroke_dasharray="6 4")
        label = words("ranking.threshold", threshold=threshold_text(target, words))
        body += svg_document.text(LEFT + 4, y - 5, label, 12, font_weight="600")
    body += Markup("").join(_line(course, periods, top) for course in reversed(courses)) + _names(courses, top, words)
    return svg_document.document(
        caption, body, (WIDE, HIGH + MARGIN), [course_text(course, words) for course in courses]
    )


def _x(place: int, periods: Sequence[str]) -> float:
    return LEFT + (WIDE - RIGHT - LEFT) * (place + 0.5) / len(periods)


def _y(value: float, top: float) -> float:
    return BOTTOM - (BOTTOM - TOP) * value / top


def _colour(course: Course) -> str:
    return LIGHT["edge"] if course.style == "city" else LIGHT[f"series-{course.style[1:]}"]


def _axes(periods: Sequence[str], top: float, words: Words) -> str:
    drawn = Markup("")
    for value in Scale(top).ticks:
        drawn += svg_document.path(f"M{LEFT} {_y(value, top):.1f}H{WIDE - RIGHT:.1f}", LIGHT["faint"], 1)
        label = words.percent(value) + ("%" if value else "")
        drawn += svg_document.text(LEFT - 8, _y(value, top) + 4.4, label, 12, text_anchor="end")
    every = 1 + len(periods) // 14
    for place, code in enumerate(periods):
        if (len(periods) - 1 - place) % every == 0:
            label = words.short_period(code)
            drawn += svg_document.text(_x(place, periods), BOTTOM + 22, label, 12, text_anchor="middle")
    return drawn


def _line(course: Course, periods: Sequence[str], top: float) -> str:
    rows, colour, d, points, is_down = (
        {row.period_code: row for row in course.rows},
        _colour(course),
        "",
        Markup(""),
        False,
    )
    restarts = starts_anew_each_year(course.rows)
    for place, code in enumerate(periods):
        row = rows.get(code)
        if row is None or row.value_pct is None:
            is_down = False
            continue
        is_down = is_down and not (restarts and code.endswith("Q1"))
        x, y = _x(place, periods), _y(row.value_pct, top)
        d += f"{'L' if is_down else 'M'}{x:.1f} {y:.1f}"
        points += svg_document.circle(x, y, 4, colour, stroke=svg_document.PAPER)
        is_down = True
    dash = {"stroke_dasharray": DASHES[course.style]} if DASHES[course.style] else {}
    return (svg_document.path(d, colour, 1.8 if course.style == "city" else 2.5, **dash) if d else Markup("")) + points


def _names(courses: Sequence[Course], top: float, words: Words) -> str:
    ends = []
    for course in courses:
        known = [row for row in course.rows if row.value_pct is not None]
        if known:
            ends.append((_y(known[-1].value_pct or 0.0, top), course, known[-1]))
    ends.sort(key=lambda end: end[0])
    heights = apart([height for height, _, _ in ends], 22.0, BOTTOM)
    drawn = Markup("")
    for height, (_, course, row) in zip(heights, ends, strict=True):
        x = WIDE - RIGHT + 14
        if course.mark:
            drawn += svg_document.circle(x + 8, height, 9, _colour(course))
            drawn += svg_document.text(
                x + 8, height + 4.3, course.mark, 12, text_anchor="middle", fill=svg_document.PAPER
            )
        ink = MUTED if course.style == "city" else INK
        text = words("courses.name", name=course.short_name, value=value_text(row, words))
        drawn += svg_document.text(x + 24, height + 4.6, text, 13, fill=ink, font_weight="600")
    return drawn
