"""The tables of the page of reports as raw values, and its calendar as a picture."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from app.analysis.report_state import version_now
from app.core.i18n import Words
from app.core.page_context import Context
from app.core.sheet import Column, Sheet
from app.figures.calendar.spec import state_in_words
from app.figures.calendar.svg import calendar_chart
from app.pages.reports.data import Reports
from app.pages.reports.sections import finding
from app.pages.shared.charts import caption
from app.pages.shared.reporting_rates import rates_sheet


def tables(reports: Reports, words: Words) -> dict[str, Callable[[], Sheet]]:
    """The page's tables as files."""
    return {
        "title": partial(calendar_sheet, reports, words),
        "punctuality": partial(punctuality_sheet, reports, words),
        "counts": partial(rates_sheet, reports.rates, words),
    }


def chart(context: Context, reports: Reports) -> Callable[[], str]:
    """The calendar under the page's own finding, as an SVG document."""

    def draw() -> str:
        around = caption(context, finding(context, reports), context.words("calendar.caption"))
        return calendar_chart(around, reports.calendar(context.words), context.words)

    return draw


def calendar_sheet(reports: Reports, words: Words) -> Sheet:
    """One line a reporter and quarter: what became of the workbook by now."""
    registered = reports.known.registered
    columns = (
        Column(words("sheet.unit_code")),
        Column(words("calendar.reporter")),
        Column(words("calendar.quarter")),
        Column(words("reports.due"), "date"),
        Column(words("reports.received"), "moment"),
        Column(words("reports.state")),
        Column(words("calendar.days_late"), "count"),
        Column(words("reports.version"), "count"),
        Column(words("calendar.versions"), "count"),
        Column(words("calendar.refused"), "count"),
        Column(words("calendar.forms_missing"), "count"),
    )
    lines = tuple(
        (
            row.reporter_code,
            reports.names[row.reporter_code],
            row.period_code,
            row.due_date,
            row.received_at,
            state_in_words(row, registered, words),
            row.days_late,
            version_now(row, registered),
            row.version_count,
            row.rejected_count,
            row.missing_form_count,
        )
        for row in reports.rows
    )
    return Sheet(words("calendar.title"), columns, lines)


def punctuality_sheet(reports: Reports, words: Words) -> Sheet:
    """One line a reporter: how many of its reports came in time."""
    columns = (
        Column(words("sheet.unit_code")),
        Column(words("calendar.reporter")),
        Column(words("calendar.due_reports"), "count"),
        Column(words("calendar.received"), "count"),
        Column(words.status("on_time"), "count"),
        Column(words("calendar.on_time_share"), "percent"),
        Column(words("calendar.corrected"), "count"),
        Column(words("calendar.refused"), "count"),
    )
    lines = tuple(
        (
            unit.unit_code,
            words.of(unit, "name"),
            row.due_count,
            row.received_count,
            row.on_time_count,
            row.on_time_share_pct,
            row.corrected_count,
            row.rejected_count,
        )
        for unit in reports.reporters
        if (row := reports.known.punctual.get(unit.unit_code))
    )
    return Sheet(words("calendar.punctuality"), columns, lines)
