"""HTML of what a figure is made of: the units that add to it, the numbers of their forms, the reports behind it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from markupsafe import Markup

from app.analysis.reporting import RECEIVED
from app.core import formatting
from app.core.i18n import words
from app.core.levels import is_top, unit_page
from app.core.page_context import NOTHING, Context
from app.core.url_state import State
from app.pages.origin.data import FigureOrigin
from app.pages.shared.page_parts import MOST_ROWS, find_form, find_label, in_parts
from app.pages.shared.units import filter_units, sought
from app.records import Progress
from app.records.origin import Contribution, Input, SourceReport
from app.ui.figure_text import points_text
from app.ui.page_header import lines as line_list
from app.ui.page_header import link_to, remark
from app.ui.status import chip_saying, figure_chip
from app.ui.tables import table

Cells = tuple[object, ...]


def parts_table(state: State, origin: FigureOrigin) -> Markup:
    """Render the units that a figure is added up from; empty when the unit is the only one counted."""
    if is_top(origin.figure.unit_level):
        return _city_parts(state, origin)
    return _unit_parts(state, origin) if len(origin.contributions) > 1 else NOTHING


def _city_parts(state: State, origin: FigureOrigin) -> Markup:
    """Render the city's figure as the sum of the rows below it, with what the city's own agencies and units that ended
    add."""
    heads = [*_part_heads(), (words("figures.value"), "n"), (words("figures.status"), "")]
    rows: list[Cells] = [
        (
            link_to(_origin_href(state, origin, row.unit_code), words.of(origin.units_below[row.unit_code], "name")),
            *_counts(row),
            points_text(row),
            figure_chip(row),
        )
        for row in origin.figures_below
    ]
    own = origin.own_contribution
    if own:
        rows.append((words("origin.own", unit=words.of(own, "name")), *_counts(own), formatting.MISSING, ""))
    ended = [part for part in origin.contributions if part.has_ended]
    if ended:
        rows.append((words("origin.ended", count=len(ended)), *_sums(ended), formatting.MISSING, ""))
    rows.append((words("origin.total"), *_counts(origin.figure), "", ""))
    return table("contributions", heads, rows, words("origin.parts_caption"))


def _unit_parts(state: State, origin: FigureOrigin) -> Markup:
    """Render a district's figure as the sum of what its office and its wards add."""
    heads = [*_part_heads(), (words("origin.taking_part"), "")]
    rows: list[Cells] = [
        (_part_name(state, origin, part), *_counts(part), taking_part(part))
        for part in origin.contributions
        if not part.has_ended
    ]
    ended = [part for part in origin.contributions if part.has_ended]
    if ended:
        rows.append((words("origin.ended", count=len(ended)), *_sums(ended), ""))
    rows.append((words("origin.total"), *_counts(origin.figure), ""))
    return table("contributions", heads, rows, words("origin.parts_caption"))


def _part_heads() -> list[tuple[str, str]]:
    return [
        (words("origin.unit"), ""),
        (words("figures.numerator"), "n"),
        (words("figures.denominator"), "n"),
        (words("origin.reported"), "n"),
    ]


def _part_name(state: State, origin: FigureOrigin, part: Contribution) -> str:
    name = words.of(part, "name")
    if part.unit_code == origin.unit.unit_code:
        return words("origin.office", unit=name)
    return link_to(_origin_href(state, origin, part.unit_code), name)


def _origin_href(state: State, origin: FigureOrigin, unit_code: str) -> str:
    return state.href("origin", target=origin.target.target_code, unit=unit_code)


def _counts(row: Progress | Contribution) -> Cells:
    reported = words("origin.share_of", part=words.number(row.reported_count), whole=words.number(row.expected_count))
    return words.number(row.numerator), words.number(row.denominator), reported


def _sums(parts: Sequence[Contribution]) -> Cells:
    """Return the cells of several units as one line; a dash where nothing is known of any, or all is hidden."""
    known = [part for part in parts if part.numerator is not None]
    numerator = sum(part.numerator or 0.0 for part in known) if known else None
    denominator = sum(part.denominator or 0.0 for part in known) if known else None
    reported = words.number(sum(part.reported_count for part in parts))
    expected = words.number(sum(part.expected_count for part in parts))
    return words.number(numerator), words.number(denominator), words("origin.share_of", part=reported, whole=expected)


def taking_part(part: Contribution) -> str:
    """Return whether a unit is in the figure, and from which quarter it is known; why not, where it is not."""
    if not part.takes_part:
        return words(f"origin.missing_{part.provisional_reason}")
    if part.is_hidden:
        return words("origin.takes_part_hidden")
    if part.is_carried:
        key = "origin.carried_rejected" if part.provisional_reason == "rejected" else "origin.carried"
        return words(key, period=words.period(part.last_period_code or ""))
    if part.provisional_reason is None:
        return words("origin.takes_part_yes")
    return words("origin.earlier_quarters" if part.provisional_reason == "earlier_quarters" else "origin.partly")


def inputs_table(origin: FigureOrigin) -> Markup:
    """Render the numbers of the unit's own forms, a column of a form a line and a quarter a column, with why they count
    and what they add up to; empty where the unit is not counted itself."""
    own = origin.own_contribution
    if own is None:
        return NOTHING
    if own.is_hidden:
        return remark(words("origin.hidden"))
    if not origin.inputs:
        return remark(words("origin.no_inputs"))
    quarters = sorted({number.source_period_code for number in origin.inputs})
    values = {(one.term, one.measure_code, one.source_period_code): one.input_value for one in origin.inputs}
    heads = [
        (words("origin.cell"), ""),
        (words("origin.term"), ""),
        *((words.period(quarter), "n") for quarter in quarters),
        (words("origin.rule"), ""),
    ]
    cell = Markup("<span>{}</span><small>{}</small>")
    rows = [
        (
            cell.format(words.of(term, "header"), term.sheet_name),
            words(f"origin.{term.term}"),
            *(words.number(values.get((term.term, term.measure_code, quarter))) for quarter in quarters),
            words(f"window_rule.{term.window_rule}"),
        )
        for term in origin.terms
    ]
    html = table("inputs", heads, rows, words("origin.inputs_caption"))
    return html + line_list(_sums_in_words(origin.inputs, own, origin.rule.counting_rule))


def _sums_in_words(inputs: Sequence[Input], own: Contribution, counting_rule: str) -> list[str]:
    """Return how the numbers of the forms become one unit's numerator and denominator, with the numbers."""
    totals = {"numerator": words.number(own.numerator), "denominator": words.number(own.denominator)}
    if counting_rule != "amounts":
        return [words(f"origin.counted_{counting_rule}", **totals)]
    lines = []
    for term, total in totals.items():
        added = [words.number(number.input_value) for number in inputs if number.term == term]
        key = "origin.sum" if len(added) > 1 else "origin.sum_of_one"
        lines.append(words(key, term=words(f"origin.{term}"), parts=" + ".join(added), total=total))
    return lines


def reports_grid(context: Context, origin: FigureOrigin) -> Markup:
    """Render who reported in which quarter: version and day of receipt, or why there is none. Of many reporters those
    come first whose report does not count; a part of them is shown, and those searched for."""
    quarters = sorted({report.period_code for report in origin.reports})
    by_reporter: dict[str, dict[str, SourceReport]] = {}
    for report in origin.reports:
        by_reporter.setdefault(report.reporter_code, {})[report.period_code] = report
    if len(by_reporter) <= MOST_ROWS or context.state.is_file:
        return _reports_table(context.state, origin, quarters, list(by_reporter.values()))
    found = by_reporter
    if sought(context.state):
        found = {
            unit.unit_code: by_reporter.get(unit.unit_code, {}) for unit in filter_units(context, context.reporters)
        }
    rows = sorted(filter(None, found.values()), key=_is_counted)
    html = in_parts(context.state, rows, partial(_reports_table, context.state, origin, quarters))
    return find_form(context.state, find_label(context.districts)) + (html if rows else remark(words("parts.nothing")))


def _is_counted(reports: Mapping[str, SourceReport]) -> bool:
    return all(report.version is not None for report in reports.values())


def _reports_table(
    state: State,
    origin: FigureOrigin,
    quarters: Sequence[str],
    reporters: Sequence[Mapping[str, SourceReport]],
) -> Markup:
    heads = [(words("origin.reporter"), ""), *((words.period(quarter), "") for quarter in quarters)]
    rows = [
        (
            _reporter_name(state, origin, next(iter(reports.values()))),
            *(_report(reports.get(quarter)) for quarter in quarters),
        )
        for reports in reporters
    ]
    return table("sources", heads, rows, words("origin.reports_caption"))


def _reporter_name(state: State, origin: FigureOrigin, report: SourceReport) -> str:
    name = words.of(report, "name")
    page = unit_page(report.reporter_level)
    if page is None:
        return name
    href = state.href(page, unit=report.reporter_code, target=origin.target.target_code)
    return link_to(f"{href}#reports", name)


def _report(report: SourceReport | None) -> str:
    if report is None:
        return formatting.MISSING
    if report.version is None:
        text = words("origin.report_uncounted") if report.state in RECEIVED else words.status(report.state)
        return chip_saying(report.state, text)
    return words("origin.report", version=report.version, received=formatting.date(report.received_at))
