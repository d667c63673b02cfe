"""Parser of days as people type them: in full, in ISO, or short."""

from __future__ import annotations

import datetime as dt
import re

# 30/9, 30-09, 30.9.26, 30/09/2026.
_DAY_FIRST = re.compile(r"(\d{1,2})\s*[/.-]\s*(\d{1,2})(?:\s*[/.-]\s*(\d{4}|\d{2}))?", re.ASCII)
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})", re.ASCII)
_THIS_CENTURY = 2000


class NotADayError(ValueError):
    """A text names no day."""


def read_day(text: str, today: dt.date) -> dt.date | None:
    """Return the day that a text names; None for an empty one.

    A day without its year is the next one there is: of `today`'s year, or of the year after when it has passed. Raises
    NotADayError.
    """
    text = text.strip()
    if not text:
        return None
    if iso := _ISO.fullmatch(text):
        return _day(int(iso[1]), int(iso[2]), int(iso[3]))
    parts = _DAY_FIRST.fullmatch(text)
    if parts is None:
        raise NotADayError(text)
    day, month = int(parts[1]), int(parts[2])
    if parts[3]:
        year = int(parts[3])
        return _day(year if len(parts[3]) > 2 else _THIS_CENTURY + year, month, day)
    return _next_day(month, day, today)


def _next_day(month: int, day: int, today: dt.date) -> dt.date:
    try:
        this_year = _day(today.year, month, day)
    except NotADayError:
        # 29 February may be a day of the next year only.
        return _day(today.year + 1, month, day)
    return this_year if this_year >= today else _day(today.year + 1, month, day)


def _day(year: int, month: int, day: int) -> dt.date:
    try:
        return dt.date(year, month, day)
    except ValueError as error:
        raise NotADayError(f"{year}-{month}-{day}") from error
