"""Numbers and dates as words: 1.234,5 in Vietnamese, 1,234.5 in English; missing is never zero."""

from __future__ import annotations

import datetime as dt
import math
from functools import lru_cache
from typing import Literal

MISSING = "–"
MINUS = "−"
# A page writes three thousand numbers, most of them the shares and counts of every other page.
KEPT_NUMBERS = 20_000
_VIETNAMESE = str.maketrans(",.", ".,")


@lru_cache(KEPT_NUMBERS)
def number(value: float | None, lang: str, decimals: int = 0) -> str:
    """A number in the language's style; None reads as a dash."""
    if value is None or math.isnan(value):
        return MISSING
    text = f"{abs(value):,.{decimals}f}"
    if lang == "vi":
        text = text.translate(_VIETNAMESE)
    is_negative = value < 0 and any(digit in "123456789" for digit in text)
    return (MINUS if is_negative else "") + text


@lru_cache(KEPT_NUMBERS)
def percent(value: float | None, lang: str, limits: tuple[float | None, ...] = (), decimals: Literal[0, 1] = 1) -> str:
    """Points with one decimal, none when whole or asked for. Rounding never carries a value onto or over one of
    `limits`: 79.97 against a threshold of 80 reads 79,9, because 80,0 with the word "behind" would look like an error.
    """
    if value is None:
        return MISSING
    step = 10**decimals
    shown = round(value * step) / step
    for limit in (*limits, 100.0):
        if limit is not None and value < limit <= shown:
            shown = math.floor(value * step) / step
        elif limit is not None and value > limit >= shown:
            shown = math.ceil(value * step) / step
    return number(shown, lang, 0 if shown == int(shown) and value == shown else decimals)


def change(value: float | None, lang: str) -> str:
    """A change in points with its sign; triangles are signs of statuses."""
    if value is None:
        return ""
    shown = round(value, 1)
    sign = "+" if shown > 0 else MINUS if shown < 0 else "±"
    return f"{sign}{number(abs(shown), lang, 1 if shown else 0)}"


def capitalized(text: str) -> str:
    """A part of a sentence as the beginning of one."""
    return text[:1].upper() + text[1:]


def direction(value: float | None) -> str:
    """`up`, `down` or `flat`, as the text catalogues name a change of so many points."""
    if value is None or round(value, 1) == 0:
        return "flat"
    return "up" if value > 0 else "down"


def date(value: dt.date | dt.datetime | None) -> str:
    """dd/mm/yyyy, in both languages: the city's way."""
    return MISSING if value is None else f"{value:%d/%m/%Y}"


def moment(value: dt.datetime | None) -> str:
    """dd/mm/yyyy hh:mm."""
    return MISSING if value is None else f"{value:%d/%m/%Y %H:%M}"
