"""The state of a period that cannot be judged whole yet, in a sentence: the same on pages, on slides and in files."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from app.core import formatting
from app.core.i18n import Words
from app.records import Period, Standing


def is_any_judged(rows: Iterable[Standing]) -> bool:
    """Return whether at least one of the figures is judged."""
    return any(row.is_judged for row in rows)


def period_sentence(period: Period, day: dt.date, words: Words) -> str:
    """Return which state the period is in on a day, and how many of its reports are in, without a full stop; empty for
    one that is judged whole."""
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


def with_state(text: str, period: Period, day: dt.date, words: Words) -> str:
    """Return a text behind the sentence on a period that is not judged whole; the text alone of any other period."""
    state = period_sentence(period, day, words)
    return f"{state}. {text}" if state else text


def reading_note(period: Period, words: Words) -> str:
    """Return how the values of a period that is not judged whole are to be read; empty where there are none, or all
    are judged."""
    if period.is_settled or not period.has_begun:
        return ""
    return words("period_state.partly" if period.reported_count else "period_state.so_far")
