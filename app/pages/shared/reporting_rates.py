"""Reporting and timeliness, quarter by quarter, as a table of raw values."""

from __future__ import annotations

from collections.abc import Sequence

from app.core.i18n import Words
from app.core.sheet import Column, Sheet
from app.records.quality import Rates


def rates_sheet(rates: Sequence[Rates], words: Words) -> Sheet:
    """Reporting and timeliness, quarter by quarter."""
    columns = (
        Column(words("quality.period")),
        Column(words("calendar.expected"), "count"),
        Column(words("calendar.received"), "count"),
        Column(words.status("on_time"), "count"),
        Column(words.status("late"), "count"),
        Column(words.status("missing"), "count"),
        Column(words.status("rejected"), "count"),
        Column(words("calendar.corrected"), "count"),
        Column(words("quality.reported"), "percent"),
        Column(words("quality.on_time"), "percent"),
    )
    rows = tuple(
        (
            row.period_code,
            row.reporter_count,
            row.reported_count,
            row.on_time_count,
            row.late_count,
            row.missing_count,
            row.rejected_count,
            row.corrected_count,
            row.reporting_rate_pct,
            row.on_time_rate_pct,
        )
        for row in rates
    )
    return Sheet(words("quality.rates"), columns, rows)
