"""Ward: what is counted in one ward, commune or township, with the unit's own history."""

from __future__ import annotations

from app import formatting, queries, shell
from app.charts import tables
from app.charts.sparkline import sparkline
from app.context import Context, Page, UnknownCodeError
from app.facts import Progress, Unit
from app.words import Markup, escape

CITY = "79"


def page(context: Context) -> Page:
    """The page of the ward in the address."""
    state, words, ask = context.state, context.words, (context.viewer, context.warehouse)
    history = queries.unit_history(*ask, state.unit or _first_ward(context))
    if not history or history[0].unit_level != "ward":
        raise UnknownCodeError("unit", state.unit or "")
    end = context.period.end_date
    unit = next((one for one in history if one.valid_from <= end and (one.valid_to is None or one.valid_to > end)), None)
    if unit is None:
        return Page(words.of(history[-1], "name"), _not_then(context, history[-1]))
    rows = queries.unit_progress(*ask, unit.unit_code, state.period, state.window)
    courses: dict[str, list[Progress]] = {}
    for row in queries.unit_trend(*ask, unit.unit_code, state.window, state.period):
        if row.unit_valid_from == unit.valid_from:
            courses.setdefault(row.target_code, []).append(row)
    sparks = {code: sparkline(course, course[-1].status) for code, course in courses.items()}
    body = _header(context, unit) + shell.section(
        words("ward.title"), tables.measures_table(rows, context.targets, sparks, words, state.target), words("ward.note")
    )
    body += shell.section(words("ward.history"), _history(context, history, unit))
    return Page(words.of(unit, "name"), Markup(body))


def _first_ward(context: Context) -> str:
    parent = context.districts[0].unit_code if context.districts else CITY
    wards = queries.wards(context.viewer, context.warehouse, parent, context.period.end_date)
    return wards[0].unit_code if wards else ""


def _header(context: Context, unit: Unit) -> Markup:
    words, state = context.words, context.state
    parent = context.district(unit.parent_code)
    way = ""
    siblings = queries.wards(context.viewer, context.warehouse, unit.parent_code or "", context.period.end_date)
    options = [(state.href(unit=one.unit_code), words.of(one, "name"), one.unit_code == unit.unit_code) for one in siblings]
    if parent is not None:
        back = words("ward.back", district=words.of(parent, "name"))
        way = f"<a class='back' href='{escape(state.href('district', unit=parent.unit_code))}'>‹ {escape(back)}</a>"
    choice = shell.select("unit", words("ward.choose"), options)
    return Markup(
        f"<section class='head'><div class='choose'>{way}{choice}</div><h1>{escape(words.of(unit, 'name'))}</h1>"
        f"<p class='note'>{escape(_validity(context, unit))}</p></section>"
    )


def _history(context: Context, history: list[Unit], unit: Unit) -> Markup:
    words = context.words
    lines = [words("ward.same_code", name=words.of(one, "name"), validity=_validity(context, one)) for one in history if one is not unit]
    if before := words.of(unit, "predecessor_names"):
        lines.insert(0, words("ward.predecessors", names=before))
    items = "".join(f"<li>{escape(line)}</li>" for line in lines or [words("ward.no_predecessor")])
    return Markup(f"<ul>{items}</ul>")


def _validity(context: Context, unit: Unit) -> str:
    key = "ward.valid_open" if unit.valid_to is None else "ward.valid"
    return context.words(key, code=unit.unit_code, since=formatting.date(unit.valid_from), until=formatting.date(unit.valid_to))


def _not_then(context: Context, unit: Unit) -> Markup:
    words, period = context.words, context.words.period(context.state.period)
    inside = [one.period_code for one in context.periods if unit.valid_from <= one.end_date and (unit.valid_to is None or one.end_date < unit.valid_to)]
    ways = [(context.state.href(period=inside[-1]), words("districts_gone.way", period=words.period(inside[-1])))] if inside else []
    title = words("ward.not_then", ward=words.of(unit, "name"), period=period)
    return shell.message(title, _validity(context, unit), ways)
