"""Compare: up to five districts side by side, all targets in one quarter or one target over the quarters."""

from __future__ import annotations

from app.analysis import comparison, progress_summary
from app.core.page_context import CITY, Context, Page, UnknownCodeError
from app.figures.comparison import html as pictures
from app.figures.line.html import course_chart
from app.figures.line.spec import course_note, line_spec
from app.pages.compare import data as parts
from app.pages.compare import head as heads
from app.pages.compare.ways import note, to_trend, way
from app.pages.shared import unit_charts as files
from app.queries import progress
from app.ui import layout


def page(context: Context) -> Page:
    """The page of the districts in the address, of a district and its neighbours, or of three that lie apart."""
    words, state = context.words, context.state
    if not context.districts:
        return Page(words("compare.tab"), (layout.no_districts(context),))
    if state.target and state.target not in context.targets:
        raise UnknownCodeError("target", state.target)
    named = parts.named(context)
    if len(named) > comparison.MOST_UNITS:
        ways = [(state.href(units=",".join(named[: comparison.MOST_UNITS])), words("compare.first_five"))]
        message = layout.message(words("compare.too_many"), words("compare.too_many_text"), ways)
        return Page(words("compare.tab"), (message,))
    chosen = parts.choose(context, named)
    return _trend(context, chosen) if state.get("view") == "trend" else _period(context, chosen)


def _period(context: Context, chosen: parts.Chosen) -> Page:
    state, words, reader = context.state, context.words, context.reader
    rows = comparison.by_unit(chosen.everyone, [unit.unit_code for unit in chosen.units])
    rows[CITY] = progress.level_progress(reader, "city", state.period, state.window)
    sides = parts.sides(context, chosen, {code: comparison.by_target(found) for code, found in rows.items()}, True)
    every = [row for found in rows.values() for row in found]
    targets, spread = list(context.targets.values()), progress_summary.ranges(chosen.everyone)
    picture = pictures.side_by_side(targets, sides, way(context), to_trend(context, chosen), spread, words)
    tools, title = (
        layout.tools(context, words("compare.title"), "compare", "grid"),
        heads.finding(context, chosen, rows),
    )
    body = heads.head(context, chosen, title)
    body += layout.section(words("compare.title"), picture, note(context, chosen, True), "sides", tools)
    charts = files.grid_picture(context, title, [*chosen.units, chosen.city], every)
    return Page(words("compare.tab"), (body,), {"compare": parts.sheet(context, chosen, every)}, charts)


def _trend(context: Context, chosen: parts.Chosen) -> Page:
    state, words, reader = context.state, context.words, context.reader
    target = context.targets[state.target or next(iter(context.targets))]
    every = progress.target_trend(reader, target.target_code, "district", state.window, state.period)
    rows = comparison.by_unit(every, [unit.unit_code for unit in chosen.units])
    rows[CITY] = progress.target_trend(reader, target.target_code, "city", state.window, state.period)
    periods = [row.period_code for row in rows[CITY]]
    by_period = {code: {row.period_code: row for row in found} for code, found in rows.items()}
    sides = parts.sides(context, chosen, by_period, False)
    spec = line_spec(parts.courses_of(sides, rows), periods, target, words)
    picture = course_chart(spec, way(context), words)
    table = pictures.over_time(target, periods, sides, way(context), words)
    title, note_of = (
        heads.finding_over_time(context, chosen, target, rows),
        course_note(target, rows[CITY], words),
    )
    body = heads.head(context, chosen, title)
    tools = layout.tools(context, words("compare.courses"), chart="courses")
    body += layout.section(words("compare.courses"), picture, note_of, "courses", tools)
    tools = layout.tools(context, words("compare.title_trend"), table="compare")
    body += layout.section(words("compare.title_trend"), table, note(context, chosen), "sides", tools)
    shown = [row for found in rows.values() for row in found]
    charts = files.courses_picture(context, title, spec, target)
    return Page(words("compare.tab"), (body,), {"compare": parts.sheet(context, chosen, shown)}, charts)
