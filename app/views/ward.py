"""Ward: what is counted in one ward, commune or township, with the unit's own history."""

from __future__ import annotations

from app import formatting, shell
from app.charts import heads, tables
from app.charts.sparkline import sparkline
from app.context import CITY, Context, Page, UnknownCodeError
from app.facts import Progress, Unit
from app.queries import plan, progress
from app.words import Markup


def page(context: Context) -> Page:
    """The page of the ward in the address; the first ward of the first district when it names none."""
    state, words, ask = context.state, context.words, (context.viewer, context.warehouse)
    code = state.unit or _first_ward(context)
    history = [unit for unit in plan.unit_history(*ask, code) if unit.unit_level == "ward"]
    if not history:
        raise UnknownCodeError("unit", code)
    if state.target and state.target not in context.targets:
        raise UnknownCodeError("target", state.target)
    unit = next((unit for unit in history if unit.exists_on(context.period.end_date)), None)
    if unit is None:
        return Page(words.of(history[-1], "name"), (_not_then(context, history[-1]),))
    rows = progress.unit_progress(*ask, code, state.period, state.window)
    courses: dict[str, list[Progress]] = {}
    for row in progress.unit_trend(*ask, code, state.window, state.period):
        if row.unit_valid_from == unit.valid_from:
            courses.setdefault(row.target_code, []).append(row)
    sparks = {target: sparkline(course, course[-1].status) for target, course in courses.items()}
    measures = tables.measures_table(rows, context.targets, sparks, words, state.target)
    body = _head(context, unit)
    body += shell.section(words("ward.title"), measures, words("ward.note"))
    body += shell.section(words("ward.history"), heads.lines(_origins(context, unit, history)))
    return Page(words.of(unit, "name"), (body,))


def _head(context: Context, unit: Unit) -> Markup:
    words, state, parent = context.words, context.state, unit.parent_code or CITY
    siblings = plan.wards(context.viewer, context.warehouse, parent, context.period.end_date)
    options = [(state.href(unit=one.unit_code), words.of(one, "name"), one == unit) for one in siblings]
    back = None
    if context.district(parent):
        text = words("ward.back", district=context.district_name(parent))
        back = heads.way_back(state.href("district", unit=parent), text)
    choice = shell.select("unit", words("ward.choose"), options)
    return heads.unit_head(words.of(unit, "name"), choice, _validity(context, unit), back)


def _origins(context: Context, unit: Unit, history: list[Unit]) -> list[str]:
    words, before = context.words, context.words.of(unit, "predecessor_names")
    formed = [words("ward.predecessors", names=before)] if before else []
    same = [
        words("ward.same_code", name=words.of(one, "name"), validity=_validity(context, one))
        for one in history
        if one != unit
    ]
    return formed + same or [words("ward.no_predecessor")]


def _validity(context: Context, unit: Unit) -> str:
    key, since = "ward.valid" if unit.valid_to else "ward.valid_open", formatting.date(unit.valid_from)
    return context.words(key, code=unit.unit_code, since=since, until=formatting.date(unit.valid_to))


def _not_then(context: Context, unit: Unit) -> Markup:
    words, period = context.words, context.words.period(context.state.period)
    known = [one.period_code for one in context.periods if unit.exists_on(one.end_date)]
    ways = [(context.state.href(period=code), words("districts_gone.way", period=words.period(code))) for code in known]
    title = words("ward.not_then", ward=words.of(unit, "name"), period=period)
    return shell.message(title, _validity(context, unit), ways[-1:])


def _first_ward(context: Context) -> str:
    parent = context.districts[0].unit_code if context.districts else CITY
    return plan.wards(context.viewer, context.warehouse, parent, context.period.end_date)[0].unit_code
