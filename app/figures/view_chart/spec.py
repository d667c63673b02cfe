"""Spec of the chart of a pinned view: what a slide has room for, with every text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor, log10
from typing import Literal

Kind = Literal["bars", "lines"]
# What is legible from the back of a room.
MOST_ROWS, MOST_BARS, MOST_BAR_SERIES, MOST_LINES, MOST_TICKS = 8, 16, 3, 5, 8
TICKS = 4


@dataclass(frozen=True, slots=True)
class Mark:
    """Value of a series at a place, with its text; None with the reason as text where there is no number."""

    value: float | None
    text: str


@dataclass(frozen=True, slots=True)
class MarkSeries:
    """Named series: a mark for each place."""

    name: str
    marks: tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class ViewChart:
    """Bars for rows, or lines over periods: the names of the places, the series, and the text for screen readers."""

    kind: Kind
    places: tuple[str, ...]
    series: tuple[MarkSeries, ...]
    text: str
    unit: str = ""

    @property
    def ends(self) -> tuple[float, float]:
        """Return the ends of the axis of values: zero and round numbers beyond all values."""
        values = [mark.value for one in self.series for mark in one.marks if mark.value is not None]
        return round_ends(min([0.0, *values]), max([0.0, *values]))


@dataclass(frozen=True, slots=True)
class Spot:
    """Two values in points; the name where the dot is labelled, whether it may change or is approximate."""

    x: float
    y: float
    label: str = ""
    is_hollow: bool = False


@dataclass(frozen=True, slots=True)
class DotChart:
    """Dots of two figures, with the titles of both axes and the text for screen readers."""

    x_title: str
    y_title: str
    spots: tuple[Spot, ...]
    text: str

    @property
    def x_ends(self) -> tuple[float, float]:
        """Return the ends of the axis across."""
        return _around([spot.x for spot in self.spots])

    @property
    def y_ends(self) -> tuple[float, float]:
        """Return the ends of the axis up."""
        return _around([spot.y for spot in self.spots])


def round_ends(low: float, high: float) -> tuple[float, float]:
    """Return multiples of a round step at or beyond two values, at most some five steps apart."""
    span = (high - low) or 1.0
    scale = 10.0 ** floor(log10(span / TICKS))
    step = next(size * scale for size in (1, 2, 2.5, 5, 10) if size * scale * TICKS >= span)
    return floor(low / step) * step, ceil(high / step) * step


def ticks(ends: tuple[float, float]) -> tuple[float, ...]:
    """Return the ticks of an axis: its ends and what divides it into four."""
    low, high = ends
    return tuple(low + (high - low) * part / TICKS for part in range(TICKS + 1))


def _around(values: Sequence[float]) -> tuple[float, float]:
    low, high = min(values), max(values)
    return round_ends(low, high if high > low else low + 1.0)
