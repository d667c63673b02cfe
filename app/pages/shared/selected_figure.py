"""The marked figure of a district or ward: its card, its course; and what moved since last quarter."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from app.analysis import progress_summary
from app.core.page_context import NOTHING, Context
from app.figures.line.html import course_chart
from app.figures.line.spec import LineSpec, course_note, line_spec
from app.figures.series import Series
from app.pages.shared.figure_card import figure_card
from app.pages.shared.unit_charts import Pictures, courses_picture
from app.records import Progress, Target, Unit
from app.ui import layout, page_header
from app.ui.figure_text import explain

Above = Sequence[tuple[Unit, Sequence[Progress]]]


def courses(context: Context, target: Target, unit: Unit, course: Sequence[Progress], above: Above) -> LineSpec:
    """The unit's course and those of the units over it, over every quarter that one of them knows."""
    words = context.words
    drawn = [Series(words.of(unit, "name"), words.of(unit, "short_name"), course)]
    drawn += [Series(words.of(one, "name"), words.of(one, "short_name"), rows, style="city") for one, rows in above]
    periods = sorted({row.period_code for series in drawn for row in series.rows})
    return line_spec(drawn, periods, target, words)


def marked(context: Context, unit: Unit, row: Progress | None, course: Sequence[Progress], above: Above) -> Markup:
    """The figure that the address marks, explained, beside its course; `above` are courses of the units over it."""
    if row is None:
        return NOTHING
    words, target, name = context.words, context.targets[row.target_code], context.words.of(unit, "name")
    card = figure_card(row, target, name, context.state.href, words)
    href = context.state.href
    spec = courses(context, target, unit, course, above)
    drawn = course_chart(spec, lambda one: href(period=one.period_code), words)
    title = words("district.course", target=words.of(target, "short_name"))
    tools = layout.tools(context, title, chart="courses")
    shown = layout.section(title, drawn, course_note(target, course, words), "course", tools)
    right = shown or page_header.remark(words("district.no_course"))
    way = page_header.link_to(
        href("target", target=target.target_code, unit=_district(unit)), words("district.ranking")
    )
    return Markup(f"<div class='split even'><div>{card}<p class='more-ways'>{way}</p></div><div>{right}</div></div>")


def picture(context: Context, unit: Unit, row: Progress | None, course: Sequence[Progress], above: Above) -> Pictures:
    """The course of the marked figure as a file."""
    if row is None:
        return {}
    target = context.targets[row.target_code]
    title = explain(row, target, context.words.of(unit, "name"), context.words).split("\n")
    return courses_picture(context, " · ".join(title[:2]), courses(context, target, unit, course, above), target)


def changes(context: Context, unit: Unit, found: progress_summary.Unit) -> Markup:
    """What moved to another status since last quarter."""
    words = context.words
    moved = page_header.status_changes(found, context.targets, context.state.href, words)
    return layout.section(words("changes.title"), moved, "", "changes")


def _district(unit: Unit) -> str | None:
    return unit.unit_code if unit.unit_level == "district" else unit.parent_code
