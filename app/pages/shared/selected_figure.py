"""The figure that the address marks on a district's or ward's page: its card, its course, and the course as a file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from app.core.page_context import NOTHING, Charts, Context
from app.figures.line.html import course_chart
from app.figures.line.spec import LineSpec, course_note, line_spec
from app.figures.series import Series
from app.pages.shared.charts import lines_chart
from app.pages.shared.figure_card import figure_card
from app.records import Progress, Target, Unit
from app.ui import layout
from app.ui.figure_text import explain
from app.ui.page_header import link_to, remark
from app.ui.templates import render


@dataclass(frozen=True, slots=True)
class SelectedFigure:
    """A unit's figure on a target in the quarter, and its course beside that of the unit over it, if there is one."""

    unit: Unit
    target: Target
    row: Progress
    course: Series
    above: Series | None


def selected_figure(
    context: Context, unit: Unit, rows: Sequence[Progress], course: Sequence[Progress], above: Series | None
) -> SelectedFigure | None:
    """The figure of `unit` that the address marks, out of its `rows` of the quarter; None where it marks none of them.

    `course` is the unit's own on that target, oldest first.
    """
    row = next((row for row in rows if row.target_code == context.state.target), None)
    if row is None:
        return None
    return SelectedFigure(unit, context.targets[row.target_code], row, unit_series(context, unit, course), above)


def unit_series(context: Context, unit: Unit, rows: Sequence[Progress], style: str = "s1") -> Series:
    """A unit's course on a target as a line; `city` is the style of a unit over others."""
    return Series(context.words.of(unit, "name"), context.words.of(unit, "short_name"), rows, style=style)


def selected_figure_section(context: Context, selected: SelectedFigure | None) -> Markup:
    """The figure explained, beside its course; nothing while none is marked."""
    if selected is None:
        return NOTHING
    words, href = context.words, context.state.href
    target, unit = selected.target, selected.unit
    title = words("district.course", target=words.of(target, "short_name"))
    drawn = course_chart(_lines(context, selected), lambda row: href(period=row.period_code), words)
    note = course_note(target, selected.course.rows, words)
    course = layout.part(context, title, drawn, note, "course", chart="courses")
    district = unit.unit_code if unit.unit_level == "district" else unit.parent_code
    return render(
        "pages/shared/selected_figure.html",
        card=figure_card(selected.row, target, words.of(unit, "name"), href, words),
        ranking=link_to(href("target", target=target.target_code, unit=district), words("district.ranking")),
        course=course or remark(words("district.no_course")),
    )


def selected_figure_chart(context: Context, selected: SelectedFigure | None) -> Charts:
    """The course as a file, under the first lines of the figure's explanation."""
    if selected is None:
        return {}
    words = context.words
    place, value, *_ = explain(selected.row, selected.target, words.of(selected.unit, "name"), words).split("\n")
    return lines_chart(context, f"{place} · {value}", _lines(context, selected), selected.target)


def _lines(context: Context, selected: SelectedFigure) -> LineSpec:
    """Both courses, over every quarter that one of them knows."""
    courses = [selected.course, *([selected.above] if selected.above else [])]
    periods = sorted({row.period_code for course in courses for row in course.rows})
    return line_spec(courses, periods, selected.target, context.words)
