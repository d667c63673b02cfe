"""Codes of periods: the year, then the part of it, as 2026Q3 or 2027H1. They sort by time."""

from __future__ import annotations

_YEAR_DIGITS = 4


def year_of(code: str) -> str:
    """The year that a period lies in."""
    return code[:_YEAR_DIGITS]


def part_of(code: str) -> str:
    """Which part of its year a period is, as the catalogues name it: `q3` is a third quarter, `h1` a first half."""
    return code[_YEAR_DIGITS:].lower()


def opens_year(code: str) -> bool:
    """Whether a period is the first of its year."""
    return int(code[_YEAR_DIGITS + 1 :]) == 1
