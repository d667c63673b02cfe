"""Sentences that official documents share, by reviewed rules; the catalogues hold their words."""

from __future__ import annotations

import datetime as dt

from app.analysis.report_phrase import report_phrase
from app.core import formatting
from app.core.i18n import Words
from app.core.page_context import Context
from app.core.period_code import part_of, year_of
from app.records import Progress
from app.records.reporters import ReporterPeriod
from app.ui.change_text import is_slower


def quarter(words: Words, code: str) -> str:
    """A quarter in running text."""
    return words(f"letterhead.period_{part_of(code)}", year=year_of(code))


def shortened(text: str, longest: int) -> str:
    """A text of at most so many letters; what is left out shows as three dots."""
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"


def moved(row: Progress, context: Context) -> str:
    """One figure that moved to another status."""
    words = context.words
    slower = words("changes.slower") if is_slower(row) else ""
    return words(
        "letterhead.moved",
        target=words.of(context.targets[row.target_code], "short_name"),
        before=words.status(row.prev_quarter_status or row.status).lower(),
        after="; ".join(filter(None, (words.status(row.shown_status).lower(), slower))),
    )


def report_line(report: ReporterPeriod, today: dt.date, words: Words) -> str:
    """What became of a district's workbook of the quarter by a day."""
    text = words(
        "letterhead.report" if report.version is None else "letterhead.report_counting",
        phrase=report_phrase(report, today, words),
        received=formatting.date(report.received_at),
        due=formatting.date(report.due_date),
        version=report.version or formatting.MISSING,
    )
    if report.lacking_form_count:
        text += " " + words("letterhead.forms_missing", count=report.lacking_form_count)
    return text
