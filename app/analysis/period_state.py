"""Sentences on a period that cannot be judged as a whole yet: the same on pages, on slides and in files."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from app.core import formatting
from app.core.i18n import words
from app.records import Period, Standing


def is_any_judged(rows: Iterable[Standing]) -> bool:
    """Return whether at least one of the figures is judged."""
    return any(row.is_judged for row in rows)


def period_sentence(period: Period, day: dt.date) -> str:
    """Return the state of a period on a day and how many of its reports were received, without a full stop.

    Empty for a period that is judged as a whole.
    """
    if period.is_settled:
        return ""
    key = period.period_state
    if key == "receiving" and day > period.due_date:
        key = "receiving_overdue"
    return words(
        f"period_state.{key}",
        period=words.period(period.period_code),
        reported=words.number(period.reported_count),
        expected=words.number(period.reporter_count),
        due=formatting.date(period.due_date),
    )


def with_state(text: str, period: Period, day: dt.date) -> str:
    """Return a text after the sentence on a period that is not judged as a whole.

    The text alone for any other period.
    """
    state = period_sentence(period, day)
    return f"{state}. {text}" if state else text


def reading_note(period: Period) -> str:
    """Return how to read the values of a period that is not judged as a whole.

    Empty where it has none, or all are judged.
    """
    if period.is_settled or not period.has_begun:
        return ""
    return words("period_state.partly" if period.reported_count else "period_state.so_far")
