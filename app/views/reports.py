"""Reports: who reported, late, corrected; a cell opens what one reporter sent for one quarter."""

from __future__ import annotations

from app import reporters, shell
from app.charts import calendar
from app.context import CITY, Context, Page, UnknownCodeError
from app.exports import quality_sheets
from app.exports import reporter_sheets as sheets
from app.facts import Unit
from app.queries import plan, quality
from app.queries import reporters as found
from app.views.reports_parts import card, lead
from app.words import Markup


def page(context: Context) -> Page:
    """The calendar of reports up to the chosen quarter; the card of the reporter that the address names."""
    state, words, ask = context.state, context.words, (context.viewer, context.warehouse)
    expected = _reporters(context)
    names = {unit.unit_code: words.of(unit, "name") for unit in expected}
    if state.unit and state.unit not in names:
        raise UnknownCodeError("unit", state.unit)
    quarters = reporters.shown_quarters(context.periods, state.period)
    rows = [row for row in found.calendar(*ask, quarters[0], quarters[-1]) if row.reporter_code in names]
    cells = {(row.reporter_code, row.period_code): row for row in rows}
    used = [code for code in quarters if any(row.period_code == code for row in rows)]
    punctual = found.punctuality(*ask, state.period)
    rates = quality.rates(*ask, max(state.period, context.publication.latest_period_code or ""))
    now = reporters.quarter(rows, state.period)

    def section(part: str, body: Markup, note: str = "") -> Markup:
        return shell.section(
            words(f"calendar.{part}"), body, note, part, shell.tools(context, words(f"calendar.{part}"), part)
        )

    lists = calendar.call_lists(
        [
            ("missing", now.missing),
            ("rejected", now.rejected),
            ("waiting", now.waiting),
            ("late", now.late),
            ("corrected", now.corrected),
        ],
        names,
        state.href,
        words,
    )
    body = lead(context, now) + lists
    if state.unit:
        body += card(context, names[state.unit], cells.get((state.unit, state.period)), punctual.get(state.unit))
    grid = calendar.legend(words)
    grid += calendar.calendar(expected, used, cells, punctual, state.href, words, (state.unit, state.period))
    body += section("title", grid, words("calendar.note"))
    counts = section("counts", calendar.counts_table(rates, state.href, words, state.period))
    punctuality = calendar.punctuality_table(expected, punctual, state.href, words)
    body += shell.split(counts, section("punctuality", punctuality))
    tables = {
        "title": lambda: sheets.calendar_sheet(rows, expected, words),
        "punctuality": lambda: sheets.punctuality_sheet(expected, punctual, words),
        "counts": lambda: quality_sheets.rates_sheet(rates, words),
    }
    return Page(words("nav.reports"), (body,), tables)


def _reporters(context: Context) -> list[Unit]:
    """Who has to report in the chosen quarter: the city's agencies, then the districts or, without any, communes."""
    ask, day = (context.viewer, context.warehouse), context.period.end_date
    city = next(unit for unit in plan.unit_history(*ask, CITY) if unit.exists_on(day))
    return [city, *(context.districts or plan.wards(*ask, CITY, day))]
