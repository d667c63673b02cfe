"""Period codes: year and part of the year, such as 2026Q3 or 2027H1. They sort by time."""

from __future__ import annotations

_YEAR_DIGITS = 4


def year_of(code: str) -> str:
    """Return the year of a period."""
    return code[:_YEAR_DIGITS]


def part_of(code: str) -> str:
    """Return the part of its year, as in the keys of the text catalogues: `q3`, `h1`."""
    return code[_YEAR_DIGITS:].lower()


def calendar_of(code: str) -> str:
    """Return the letter of a period's calendar: quarters, half-years or months."""
    return code[_YEAR_DIGITS]


def year_before(code: str) -> str:
    """Return the code of the same part of the year before, in the same calendar."""
    return f"{int(year_of(code)) - 1}{code[_YEAR_DIGITS:]}"


def opens_year(code: str) -> bool:
    """Return whether a period is the first of its year."""
    return int(code[_YEAR_DIGITS + 1 :]) == 1
