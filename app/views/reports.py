"""Reports: who reported, late, corrected, what waits for the department; a cell opens one reporter's quarter."""

from __future__ import annotations

from app import live, reporters, shell
from app.charts import building, calendar, calendar_states, waiting
from app.context import Context, Page, UnknownCodeError
from app.exports import pictures_of_reports, quality_sheets
from app.exports import reporter_sheets as sheets
from app.queries import quality
from app.queries import reporters as found
from app.views.reporting_units import reporting_units
from app.views.reports_card import card
from app.views.reports_parts import calls, finding, lead, lock_part, names_of
from app.words import Markup
from warehouse.intake import RECEIVED, Intake


def page(context: Context) -> Page:
    """What waits for a decision, the calendar up to the chosen quarter, the card that the address names."""
    state, words, ask = context.state, context.words, (context.viewer, context.warehouse)
    expected, intake = reporting_units(context), Intake.open()
    names = {unit.unit_code: words.of(unit, "name") for unit in expected}
    if state.unit and state.unit not in names:
        raise UnknownCodeError("unit", state.unit)
    quarters = reporters.shown_quarters(context.periods, state.period)
    rows = [row for row in found.calendar(*ask, quarters[0], quarters[-1]) if row.reporter_code in names]
    used = [code for code in quarters if any(row.period_code == code for row in rows)]
    submissions = intake.submissions()
    fates = calendar.Fates(
        {(row.reporter_code, row.period_code): row for row in rows},
        live.by_reporter(submissions),
        found.punctuality(*ask, state.period),
        intake.locks(),
    )
    rates = quality.rates(*ask, max(state.period, context.publication.latest_period_code or ""))
    now = reporters.quarter(rows, state.period)
    undecided = [one for one in submissions if one.state == RECEIVED]

    def section(part: str, body: Markup, note: str = "", chart: str = "") -> Markup:
        tools = shell.tools(context, words(f"calendar.{part}"), part, chart)
        return shell.section(words(f"calendar.{part}"), body, note, part, tools)

    body = building.place(context.publication.version) + lead(context, now, len(undecided))
    body += waiting.waiting_list(undecided, names_of(context, undecided), state.href, words, (state.unit, state.period))
    body += calls(context, reporters.quarter(reporters.as_of_now(rows, fates.live), state.period), names)
    if state.unit:
        body += card(context, names[state.unit], fates)
    grid = calendar_states.legend(words)
    grid += calendar.calendar(expected, used, fates, state.href, words, (state.unit, state.period))
    body += section("title", grid, words("calendar.note"), "calendar") + lock_part(context, fates.locks)
    counts = section("counts", calendar.counts_table(rates, state.href, words, state.period))
    punctuality = calendar.punctuality_table(expected, fates.punctual, state.href, words)
    body += shell.split(counts, section("punctuality", punctuality))
    tables = {
        "title": lambda: sheets.calendar_sheet(rows, expected, fates.live, words),
        "punctuality": lambda: sheets.punctuality_sheet(expected, fates.punctual, words),
        "counts": lambda: quality_sheets.rates_sheet(rates, words),
    }
    charts = pictures_of_reports.of_reports(context, expected, used, fates, finding(context, now))
    return Page(words("nav.reports"), (body,), tables, charts)
