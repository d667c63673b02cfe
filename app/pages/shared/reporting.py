"""Who has to report, and how complete and timely reports were, quarter by quarter."""

from __future__ import annotations

from collections.abc import Sequence

from app.core.i18n import Words
from app.core.page_context import Context
from app.core.sheet import Field, Sheet, sheet_of
from app.records import Unit
from app.records.quality import Rates

RATES: tuple[Field[Rates], ...] = (
    Field("quality.period", lambda row: row.period_code),
    Field("calendar.expected", lambda row: row.reporter_count, "count"),
    Field("calendar.received", lambda row: row.reported_count, "count"),
    Field("status.on_time", lambda row: row.on_time_count, "count"),
    Field("status.late", lambda row: row.late_count, "count"),
    Field("status.history", lambda row: row.history_count, "count"),
    Field("status.missing", lambda row: row.missing_count, "count"),
    Field("status.rejected", lambda row: row.rejected_count, "count"),
    Field("calendar.corrected", lambda row: row.corrected_count, "count"),
    Field("quality.reported", lambda row: row.reporting_rate_pct, "percent"),
    Field("quality.on_time", lambda row: row.on_time_rate_pct, "percent"),
)


def rates_sheet(rates: Sequence[Rates], words: Words) -> Sheet:
    """One row per quarter."""
    return sheet_of(words("quality.rates"), RATES, rates, words)


def who_reports(context: Context) -> str:
    """Who is counted among those who report, where that is more than the districts or communes; else nothing."""
    words, every, count = context.words, context.period.reporter_count, len(context.reporters)
    if every == count:
        return ""
    return words("reporting.who", all=every, count=count, units=words(f"reporting.{context.reporter_level}"))


def reporting_units(context: Context) -> list[Unit]:
    """The city's agencies, then the districts or the communes."""
    return [context.city, *context.reporters]
