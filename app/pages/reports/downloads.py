"""The tables of the page of reports as raw values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from app.analysis.report_state import Key, Live, version_now
from app.core.i18n import Words
from app.core.sheet import Column, Sheet
from app.figures.calendar.report_status import in_words
from app.records import Unit
from app.records.reporters import Punctuality, ReporterPeriod


def calendar_sheet(
    rows: Sequence[ReporterPeriod], reporters: Sequence[Unit], live: Mapping[Key, Live], words: Words
) -> Sheet:
    """One line a reporter and quarter: what became of the workbook by now."""
    names = {unit.unit_code: words.of(unit, "name") for unit in reporters}
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
            names[row.reporter_code],
            row.period_code,
            row.due_date,
            row.received_at,
            in_words(row, live, words),
            row.days_late,
            version_now(row, live),
            row.version_count,
            row.rejected_count,
            row.missing_form_count,
        )
        for row in rows
        if row.reporter_code in names
    )
    return Sheet(words("calendar.title"), columns, lines)


def punctuality_sheet(reporters: Sequence[Unit], punctual: Mapping[str, Punctuality], words: Words) -> Sheet:
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
        for unit in reporters
        if (row := punctual.get(unit.unit_code))
    )
    return Sheet(words("calendar.punctuality"), columns, lines)
