"""Formatting of numbers and dates: 1.234,5 in Vietnamese, 1,234.5 in English.

A missing value is never shown as zero.
"""

from __future__ import annotations

import datetime as dt
import math
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from textwrap import shorten
from typing import Literal

MISSING = "–"
MINUS = "−"
# A page contains about three thousand numbers, most of them shares and counts that other pages contain too.
KEPT_NUMBERS = 20_000
# Points that differ by less are the same ratio, computed in two ways.
SAME = 1e-9
# A spreadsheet program rounds what it shows from so many digits.
DIGITS = 15
NEAR_HALF = 1e-6
_VIETNAMESE = str.maketrans(",.", ".,")


def rounded(value: float, decimals: int) -> float:
    """Return a number with so many decimals, a half away from zero, as by hand and as a spreadsheet program shows it.

    69 of 80 are 86.25 %, written 86.3 on pages as in the downloaded workbook.
    """
    # Only near a half do the ways to round differ; others are rounded faster.
    if not abs(abs(value) * 10**decimals % 1 - 0.5) < NEAR_HALF:
        return round(value, decimals)
    exact = Decimal(f"{value:.{DIGITS}g}")
    return float(exact.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP))


@lru_cache(KEPT_NUMBERS)
def number(value: float | None, lang: str, decimals: int = 0) -> str:
    """Return a number in the language's style; a dash for None."""
    if value is None or math.isnan(value):
        return MISSING
    text = f"{rounded(abs(value), decimals):,.{decimals}f}"
    if lang == "vi":
        text = text.translate(_VIETNAMESE)
    is_negative = value < 0 and any(digit in "123456789" for digit in text)
    return (MINUS if is_negative else "") + text


@lru_cache(KEPT_NUMBERS)
def percent(
    value: float | None, lang: str, limits: tuple[float | None, ...] = (), decimals: Literal[0, 1, 2] = 1
) -> str:
    """Return points with one decimal, or none for whole numbers or `decimals=0`.

    Rounding never moves a value onto or across one of `limits`: 79.97 against a threshold of 80 is written 79,9,
    because 80,0 with the status "behind" would look like an error. For the same reason 8.31 against a path of 8.333 is
    written 8,31, as the path is by `milestone`.
    """
    if value is None:
        return MISSING
    if decimals == 1 and any(_is_written_alike(value, limit) for limit in limits):
        decimals = 2
    step = 10**decimals
    shown = rounded(value, decimals)
    for limit in (*limits, 100.0):
        if limit is None or abs(value - limit) < SAME:
            continue
        if value < limit <= shown:
            shown = math.floor(value * step) / step
        elif value > limit >= shown:
            shown = math.ceil(value * step) / step
    return number(shown, lang, 0 if shown == int(shown) and value == shown else decimals)


def milestone(path: float | None, value: float | None, lang: str) -> str:
    """Return a path in points beside its value, with two decimals where both would be written alike with one."""
    is_alike = path is not None and value is not None and _is_written_alike(value, path)
    return percent(path, lang, (), 2 if is_alike else 1)


def _is_written_alike(value: float, limit: float | None) -> bool:
    """Return whether a value has the same first decimal as a different limit that has more than one decimal."""
    if limit is None or abs(value - limit) < SAME or abs(limit - rounded(limit, 1)) < SAME:
        return False
    return rounded(value, 1) == rounded(limit, 1)


def change(value: float | None, lang: str) -> str:
    """Return a change in points with its sign; triangles are reserved for statuses."""
    if value is None:
        return ""
    shown = rounded(value, 1)
    sign = "+" if shown > 0 else MINUS if shown < 0 else "±"
    return f"{sign}{number(abs(shown), lang, 1 if shown else 0)}"


def capitalized(text: str) -> str:
    """Return a text with its first letter capitalized."""
    return text[:1].upper() + text[1:]


def shortened(text: str, most: int, mark: str = "…") -> str:
    """Return the first words of a text that have room in so many letters, with a mark where it continues.

    Of a single longer word, as an address is, the first letters.
    """
    short = shorten(text, most, placeholder=mark)
    return short if short != mark.strip() else f"{text.strip()[: most - 1]}{mark.strip()}"


def direction(value: float | None) -> str:
    """Return `up`, `down` or `flat` for a change in points, as in the keys of the text catalogues."""
    if value is None or rounded(value, 1) == 0:
        return "flat"
    return "up" if value > 0 else "down"


def date(value: dt.date | dt.datetime | None) -> str:
    """Return dd/mm/yyyy, in both languages."""
    return MISSING if value is None else f"{value:%d/%m/%Y}"


def moment(value: dt.datetime | None) -> str:
    """Return dd/mm/yyyy hh:mm."""
    return MISSING if value is None else f"{value:%d/%m/%Y %H:%M}"
