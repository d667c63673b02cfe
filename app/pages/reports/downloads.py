"""The tables of the page of reports as raw values, and its calendar as a picture."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from app.analysis.report_phrase import report_phrase
from app.analysis.report_state import report_now, version_now
from app.core.i18n import words
from app.core.page_context import Context
from app.core.sheet import Field, Sheet, sheet_of
from app.figures.calendar.svg import calendar_chart
from app.pages.reports.data import Reports
from app.pages.reports.sections import finding
from app.pages.shared.files import caption, rates_sheet
from app.records.reporters import Punctuality, ReporterPeriod


def tables(reports: Reports) -> dict[str, Callable[[], Sheet]]:
    """Return the page's tables as files."""
    return {
        "title": partial(calendar_sheet, reports),
        "punctuality": partial(punctuality_sheet, reports),
        "counts": partial(rates_sheet, reports.rates),
    }


def chart(context: Context, reports: Reports) -> str:
    """Return the calendar under the page's own finding, as an SVG document."""
    around = caption(context, finding(context, reports), words("calendar.caption"))
    return calendar_chart(around, reports.calendar())


def calendar_sheet(reports: Reports) -> Sheet:
    """Return one row per reporter and quarter: the state of the workbook by now."""
    registered = reports.known.registered
    fields: tuple[Field[ReporterPeriod], ...] = (
        Field("sheet.unit_code", lambda row: row.reporter_code),
        Field("calendar.reporter", lambda row: reports.names[row.reporter_code]),
        Field("calendar.quarter", lambda row: row.period_code),
        Field("reports.due", lambda row: row.due_date, "date"),
        Field("reports.received", lambda row: row.received_at, "moment"),
        Field("reports.state", lambda row: report_phrase(report_now(row, registered), reports.known.today)),
        Field("calendar.days_late", lambda row: row.days_late, "count"),
        Field("reports.version", lambda row: version_now(row, registered), "count"),
        Field("calendar.versions", lambda row: row.version_count, "count"),
        Field("calendar.refused", lambda row: row.rejected_count, "count"),
        Field("calendar.forms_missing", lambda row: row.missing_form_count, "count"),
    )
    return sheet_of(words("calendar.title"), fields, reports.rows)


def punctuality_sheet(reports: Reports) -> Sheet:
    """Return one row per reporter: how many of its reports arrived in time."""
    fields: tuple[Field[Punctuality], ...] = (
        Field("sheet.unit_code", lambda row: row.reporter_code),
        Field("calendar.reporter", lambda row: reports.names[row.reporter_code]),
        Field("calendar.due_reports", lambda row: row.due_count, "count"),
        Field("calendar.received", lambda row: row.received_count, "count"),
        Field("status.on_time", lambda row: row.on_time_count, "count"),
        Field("calendar.on_time_share", lambda row: row.on_time_share_pct, "percent"),
        Field("calendar.corrected", lambda row: row.corrected_count, "count"),
        Field("calendar.refused", lambda row: row.rejected_count, "count"),
    )
    return sheet_of(words("calendar.punctuality"), fields, reports.punctuality)
