"""The parts of the origin page: who adds to a figure, with which numbers, from which reports, corrected or not."""

from __future__ import annotations

from markupsafe import Markup

from app.core.page_context import CITY, NOTHING, Context
from app.pages.shared import origin_tables
from app.queries import methodology, origin, plan, progress
from app.records import Progress, Target, Unit
from app.records.origin import Contribution, Rule
from app.ui import page_header, tables


def parts(context: Context, target: Target, row: Progress, added: list[Contribution]) -> Markup:
    """The units that a figure is added up from; nothing when the unit is the only one counted."""
    words, state, reader = context.words, context.state, context.reader

    def link(unit: str) -> str:
        return state.href("origin", target=target.target_code, unit=unit)

    if row.unit_level != "city":
        return origin_tables.unit_parts(added, row, link, words) if len(added) > 1 else NOTHING
    units = {unit.unit_code: unit for unit in context.districts}
    below = progress.level_progress(reader, "district", state.period, state.window)
    if not units:
        units = {unit.unit_code: unit for unit in plan.wards(reader, CITY, context.period.end_date)}
        below = progress.ward_progress(reader, CITY, state.period, state.window)
    places = list(units)
    mine = [one for one in below if one.target_code == target.target_code and one.unit_code in units]
    mine.sort(key=lambda one: places.index(one.unit_code))
    own = [part for part in added if part.unit_code == row.unit_code]
    ended = [part for part in added if part.has_ended]
    return origin_tables.district_parts(mine, own, ended, row, units, link, words)


def inputs(context: Context, target: Target, unit: Unit, rule: Rule, added: list[Contribution]) -> Markup:
    """The numbers of the unit's own forms, where the unit is counted itself."""
    words, state, reader = context.words, context.state, context.reader
    own = next((part for part in added if part.unit_code == unit.unit_code), None)
    if own is None:
        return NOTHING
    if own.is_hidden:
        return page_header.remark(words("origin.hidden"))
    numbers = origin.inputs(reader, target, unit, state.period, state.window)
    if not numbers:
        return page_header.remark(words("origin.no_inputs"))
    terms = methodology.terms(reader, target.target_code)
    told = page_header.lines(origin_tables.sums(numbers, own, rule.counting_rule, words))
    return origin_tables.inputs_table(numbers, terms, words) + told


def reports(context: Context, target: Target, unit: Unit) -> Markup:
    """The reports behind the figure, with the way to each district's reports."""
    words, state = context.words, context.state
    found = origin.reports(context.reader, target, unit, state.period, state.window)
    places = {unit.unit_code: place for place, unit in enumerate(context.districts, start=1)}
    found.sort(key=lambda report: (places.get(report.reporter_code, 0), report.reporter_code, report.period_code))

    def link(unit: str) -> str:
        return state.href("district", unit=unit, target=target.target_code)

    return origin_tables.reports_grid(found, link, words)


def corrections(context: Context, target: Target, unit: Unit) -> Markup:
    """The corrected cells behind the figure; a quiet line when there are none."""
    words, state = context.words, context.state
    found = origin.corrections(context.reader, target, unit, state.period, state.window)
    return tables.revisions_table(found, words) or page_header.remark(words("origin.no_corrections"))
