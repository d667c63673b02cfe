"""The marked figure of a district or ward: its card, its course; and what moved since last quarter."""

from __future__ import annotations

from collections.abc import Sequence

from app import findings, shell
from app.charts import courses, heads
from app.charts.cards import figure_card
from app.charts.courses import Course
from app.context import NOTHING, Context
from app.facts import Progress, Unit
from app.words import Markup


def marked(
    context: Context,
    unit: Unit,
    row: Progress | None,
    course: Sequence[Progress],
    above: Sequence[tuple[Unit, Sequence[Progress]]],
) -> Markup:
    """The figure that the address marks, explained, beside its course; `above` are courses of the units over it."""
    if row is None:
        return NOTHING
    words, target, name = context.words, context.targets[row.target_code], context.words.of(unit, "name")
    card = figure_card(row, target, name, context.state.href, words)
    lines = [Course(name, words.of(unit, "short_name"), "", "s1", course)]
    lines += [Course(words.of(one, "name"), words.of(one, "short_name"), "", "city", rows) for one, rows in above]
    periods = sorted({one.period_code for line in lines for one in line.rows})
    href = context.state.href
    drawn = courses.course_chart(lines, periods, target, lambda one: href(period=one.period_code), words)
    title = words("district.course", target=words.of(target, "short_name"))
    note = courses.course_note(target, course, words)
    way = heads.link_to(href("target", target=target.target_code, unit=_district(unit)), words("district.ranking"))
    right = shell.section(title, drawn, note, "course") if drawn else heads.remark(words("district.no_course"))
    return Markup(f"<div class='split even'><div>{card}<p class='more-ways'>{way}</p></div><div>{right}</div></div>")


def changes(context: Context, unit: Unit, found: findings.Unit) -> Markup:
    """What moved to another status since last quarter."""
    words = context.words
    moved = heads.status_changes([*found.worse, *found.better], context.targets, context.state.href, words)
    return shell.section(words("changes.title"), moved, "", "changes")


def _district(unit: Unit) -> str | None:
    return unit.unit_code if unit.unit_level == "district" else unit.parent_code
