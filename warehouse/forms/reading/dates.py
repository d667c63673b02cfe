"""Dates as people type them: day first, as is usual in Vietnamese, or ISO; ambiguous dates are refused."""

import re
from datetime import date, timedelta

from warehouse.forms.privacy.personal_data import fold
from warehouse.forms.problems import UnreadableCellError
from warehouse.forms.reading.numbers import plain

# Spreadsheets count days from here; a number outside this span is no date of a document on this work.
_DAY_ZERO = date(1899, 12, 30)
_FIRST_DAY, _LAST_DAY = date(1990, 1, 1), date(2079, 12, 31)

_DAY_FIRST = re.compile(r"(?P<day>\d{1,2}) ?(?P<mark>[/.-]) ?(?P<month>\d{1,2}) ?(?P=mark) ?(?P<year>\d{4}|\d{2})")
_YEAR_FIRST = re.compile(
    r"(?P<year>\d{4})(?P<mark>[/.-])(?P<month>\d{1,2})(?P=mark)(?P<day>\d{1,2})(?:[ T]0?0:00(:00)?)?"
)
_IN_WORDS = re.compile(r"(?:ngay )?(?P<day>\d{1,2}) thang (?P<month>\d{1,2}) nam (?P<year>\d{4})")


def date_of_serial(number: float) -> date:
    """Convert a spreadsheet's day number to a date. Raises UnreadableCellError outside a plausible span."""
    if (_FIRST_DAY - _DAY_ZERO).days <= number <= (_LAST_DAY - _DAY_ZERO).days and number == int(number):
        return _DAY_ZERO + timedelta(days=int(number))
    raise UnreadableCellError("not_a_date")


def date_of_text(text: str) -> date:
    """Return the date that a text certainly is. Raises UnreadableCellError, with a suggestion if one is near."""
    text = plain(text)
    match = _YEAR_FIRST.fullmatch(text) or _DAY_FIRST.fullmatch(text) or _IN_WORDS.fullmatch(fold(text))
    if match is None:
        raise UnreadableCellError("not_a_date")
    day, month, year = (int(match[part]) for part in ("day", "month", "year"))
    if len(match["year"]) == 2:
        raise UnreadableCellError("date_short_year", **_suggestion(day, month, 2000 + year))
    whole = _date(day, month, year)
    if whole is None:
        raise UnreadableCellError("date_impossible", **_suggestion(month, day, year))
    return whole


def _date(day: int, month: int, year: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _suggestion(day: int, month: int, year: int) -> dict[str, str]:
    meant = _date(day, month, year)
    return {"suggestions": f"{meant:%d/%m/%Y}"} if meant else {}
