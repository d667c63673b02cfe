"""Reports: who reported, late, corrected, what waits for the department; a cell opens one reporter's quarter."""

from __future__ import annotations

from markupsafe import Markup

from app.analysis import report_state, reporting
from app.core.page_context import Context, Page, UnknownCodeError
from app.figures.calendar import html as calendar_html
from app.figures.calendar import report_status
from app.pages.reports import downloads as sheets
from app.pages.reports import waiting
from app.pages.reports.card import card
from app.pages.reports.charts import of_reports
from app.pages.reports.sections import calls, finding, lead, lock_part, names_of
from app.pages.shared import build_progress
from app.pages.shared.reporting_rates import rates_sheet
from app.pages.shared.reporting_units import reporting_units
from app.queries import quality
from app.queries import reporters as found
from app.ui import layout
from warehouse.intake import RECEIVED, Intake


def page(context: Context) -> Page:
    """What waits for a decision, the calendar up to the chosen quarter, the card that the address names."""
    state, words, reader = context.state, context.words, context.reader
    expected, intake = reporting_units(context), Intake.open()
    names = {unit.unit_code: words.of(unit, "name") for unit in expected}
    if state.unit and state.unit not in names:
        raise UnknownCodeError("unit", state.unit)
    quarters = reporting.shown_quarters(context.periods, state.period)
    rows = [row for row in found.calendar(reader, quarters[0], quarters[-1]) if row.reporter_code in names]
    used = [code for code in quarters if any(row.period_code == code for row in rows)]
    submissions = intake.ledger.submissions()
    fates = calendar_html.Fates(
        {(row.reporter_code, row.period_code): row for row in rows},
        report_state.by_reporter(submissions),
        found.punctuality(reader, state.period),
        intake.ledger.locks(),
    )
    rates = quality.rates(reader, max(state.period, context.publication.latest_period_code or ""))
    now = reporting.quarter(rows, state.period)
    undecided = [one for one in submissions if one.state == RECEIVED]

    def section(part: str, body: Markup, note: str = "", chart: str = "") -> Markup:
        tools = layout.tools(context, words(f"calendar.{part}"), part, chart)
        return layout.section(words(f"calendar.{part}"), body, note, part, tools)

    body = build_progress.place(context.publication.version) + lead(context, now, len(undecided))
    body += waiting.waiting_list(undecided, names_of(context, undecided), state.href, words, (state.unit, state.period))
    body += calls(context, reporting.quarter(reporting.as_of_now(rows, fates.live), state.period), names)
    if state.unit:
        body += card(context, names[state.unit], fates)
    grid = report_status.legend(words)
    grid += calendar_html.calendar(expected, used, fates, state.href, words, (state.unit, state.period))
    body += section("title", grid, words("calendar.note"), "calendar") + lock_part(context, fates.locks)
    counts = section("counts", calendar_html.counts_table(rates, state.href, words, state.period))
    punctuality = calendar_html.punctuality_table(expected, fates.punctual, state.href, words)
    body += layout.split(counts, section("punctuality", punctuality))
    tables = {
        "title": lambda: sheets.calendar_sheet(rows, expected, fates.live, words),
        "punctuality": lambda: sheets.punctuality_sheet(expected, fates.punctual, words),
        "counts": lambda: rates_sheet(rates, words),
    }
    charts = of_reports(context, expected, used, fates, finding(context, now))
    return Page(words("nav.reports"), (body,), tables, charts)
