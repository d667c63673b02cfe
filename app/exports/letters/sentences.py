"""Sentences shared by official documents, by reviewed rules; the catalogues contain the texts."""

from __future__ import annotations

import datetime as dt

from app.analysis.report_phrase import report_phrase
from app.core import formatting
from app.core.i18n import words
from app.core.period_code import year_of
from app.records import Progress, Target
from app.records.reporters import ReporterPeriod
from app.ui.change_text import is_slower


def quarter(code: str) -> str:
    """Return a quarter in running text."""
    return words.of_period("letterhead.period_", code, year=year_of(code))


def shortened(text: str, longest: int) -> str:
    """Return a text of at most `longest` characters; three dots mark a cut."""
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"


def moved(row: Progress, targets: dict[str, Target]) -> str:
    """Return one figure that changed status."""
    slower = words("changes.slower") if is_slower(row) else ""
    return words(
        "letterhead.moved",
        target=words.of(targets[row.target_code], "short_name"),
        before=words.status(row.prev_quarter_status or row.status).lower(),
        after="; ".join(filter(None, (words.status(row.shown_status).lower(), slower))),
    )


def report_line(report: ReporterPeriod, today: dt.date) -> str:
    """Return the state of a district's workbook of the quarter on a day."""
    text = words(
        "letterhead.report" if report.version is None else "letterhead.report_counting",
        phrase=report_phrase(report, today),
        received=formatting.date(report.received_at),
        due=formatting.date(report.due_date),
        version=report.version or formatting.MISSING,
    )
    if report.lacking_form_count:
        text += " " + words("letterhead.forms_missing", count=report.lacking_form_count)
    return text
