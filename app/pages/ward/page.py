"""Ward: what is counted in one ward, commune or township, what it reported, and the unit's own history."""

from __future__ import annotations

from app.core.page_context import CITY, Context, Page, UnknownCodeError
from app.figures.small_multiples.spec import courses_by_target
from app.figures.sparkline.html import draw_sparkline
from app.figures.sparkline.spec import sparkline_of
from app.pages.shared.selected_figure import marked, picture
from app.pages.ward import measures
from app.pages.ward import sections as parts
from app.pages.ward.history import not_then, origins
from app.queries import plan, progress
from app.ui import layout, page_header


def page(context: Context) -> Page:
    """The page of the ward in the address; the first ward of the first district when it names none."""
    state, words, reader = context.state, context.words, context.reader
    code = state.unit or _first_ward(context)
    history = [unit for unit in plan.unit_history(reader, code) if unit.unit_level == "ward"]
    if not history:
        raise UnknownCodeError("unit", code)
    if state.target and state.target not in context.targets:
        raise UnknownCodeError("target", state.target)
    unit = next((unit for unit in history if unit.exists_on(context.period.end_date)), None)
    if unit is None:
        return Page(words.of(history[-1], "name"), (not_then(context, history[-1]),))
    rows = progress.unit_progress(reader, code, state.period, state.window)
    trend = progress.unit_trend(reader, code, state.window, state.period)
    courses = courses_by_target(row for row in trend if row.unit_valid_from == unit.valid_from)
    sparks = {target: draw_sparkline(sparkline_of(course, course[-1].status)) for target, course in courses.items()}
    table = measures.measures_table(
        rows, context.targets, sparks, lambda target: state.href(target=target), words, state.target
    )
    row = next((row for row in rows if row.target_code == state.target), None)
    body = parts.head(context, unit, rows)
    course, above = courses.get(state.target or "", []), parts.above(context, unit)
    body += marked(context, unit, row, course, above)
    tools = layout.tools(context, words("ward.title"), table="figures")
    body += layout.section(words("ward.title"), table, words("ward.note"), "measures", tools)
    body += parts.forms(context, unit)
    body += layout.section(words("ward.history"), page_header.lines(origins(context, unit, history)), "", "history")
    charts = picture(context, unit, row, course, above)
    return Page(words.of(unit, "name"), (body,), parts.files(context, unit, rows), charts)


def _first_ward(context: Context) -> str:
    parent = context.districts[0].unit_code if context.districts else CITY
    return plan.wards(context.reader, parent, context.period.end_date)[0].unit_code
