"""Spec of a strip: the positions of units on one target's scale, with all districts behind them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from app.analysis.progress_summary import CityRange
from app.figures.scale import FULL_PCT, Scale

# Each mark has its own height, so that equal figures do not hide each other; the city is in the middle.
LANES = {1: (50,), 2: (25, 75), 3: (17, 50, 83)}
MIDDLE = 50


@dataclass(frozen=True, slots=True)
class StripMark:
    """Value of a unit in points, by its number (empty for the city), at a height in percent."""

    mark: str
    value: float
    lane: int


@dataclass(frozen=True, slots=True)
class Strip:
    """Marks on their scale, the range from `low` to `high` of all districts, and the reference levels."""

    scale: Scale
    low: float | None
    high: float | None
    threshold: float | None
    path: float | None
    marks: tuple[StripMark, ...]


def strip_of(
    values: Mapping[str, float], spread: CityRange | None, threshold: float | None, path: float | None
) -> Strip:
    """Return the strip of values by mark, at most three numbered units and the city."""
    highest = [spread.high] if spread and spread.high is not None else []
    lanes = iter(LANES[sum(1 for mark in values if mark) or 1])
    return Strip(
        scale=Scale(max([FULL_PCT, *values.values(), *highest])),
        low=spread.low if spread else None,
        high=spread.high if spread else None,
        threshold=threshold,
        path=path,
        marks=tuple(StripMark(mark, value, next(lanes) if mark else MIDDLE) for mark, value in sorted(values.items())),
    )
