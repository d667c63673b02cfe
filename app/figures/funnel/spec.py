"""Spec of a funnel plot: each district's figure against its size, with limits of chance around the city's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil

from app.core.i18n import words
from app.figures.scale import FULL_PCT
from app.records import Progress, Target, Unit
from app.records.target import FunnelLimits
from app.ui.figure_text import explain, legend_statuses, value_and_status, value_text

# With fewer distinct sizes a funnel shows nothing.
LEAST_SIZES = 3
# Space beyond the largest size, and in points beyond the values and their limits; less of it above 100.
ROOM = 1.08
AIR_PCT = 6.0
AIR_ABOVE_FULL_PCT = 4.0
MOST_STEPS = 6
VALUE_STEPS = (1, 2, 5, 10, 20)
ROUND_STEPS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 5000, 10**9)


@dataclass(frozen=True, slots=True)
class FunnelPoint:
    """Figure of a district with the limits at its own size."""

    row: Progress
    unit: Unit
    limits: FunnelLimits

    @property
    def size(self) -> float:
        """Return the denominator."""
        return self.row.denominator or 0.0

    @property
    def value(self) -> float:
        """Return the figure in points."""
        return self.row.value_pct or 0.0


@dataclass(frozen=True, slots=True)
class Mark:
    """Displayed point: its explanation, and whether it is the selected district."""

    point: FunnelPoint
    text: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Corner:
    """Limit at a size."""

    size: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class LimitLines:
    """Lower and upper limit of chance; `share` is 95 or 99.8 percent."""

    share: float
    name: str
    corners: tuple[Corner, ...]


@dataclass(frozen=True, slots=True)
class Ticks:
    """Values beside an axis."""

    values: tuple[float, ...]
    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FunnelSpec:
    """Funnel plot: points by increasing size, values from `low` to `high`, sizes from 0 to `widest`.

    `names` are the codes of the districts to label, most important first: the selected district, and outliers, the most
    distant first. Where there is not enough room, the last of them have no label. `limits` are ordered from 99.8 to 95
    percent.
    """

    marks: tuple[Mark, ...]
    limits: tuple[LimitLines, ...]
    low: float
    high: float
    widest: float
    value_ticks: Ticks
    size_ticks: Ticks
    size_name: str
    city: Progress
    city_name: str
    names: Mapping[str, str]
    statuses: tuple[str, ...]
    story: tuple[str, ...]

    @property
    def city_value(self) -> float:
        """Return the city's figure in points."""
        return self.city.value_pct or 0.0

    @property
    def inside_count(self) -> int:
        """Return the number of districts that differ from the city by no more than chance explains."""
        return sum(mark.point.limits.is_inside for mark in self.marks)

    def across(self, size: float) -> float:
        """Return the horizontal position of a size, from 0 to 1."""
        return size / self.widest

    def up(self, value: float) -> float:
        """Return the vertical position of a value, from 0 (low) to 1 (high)."""
        return (min(max(value, self.low), self.high) - self.low) / (self.high - self.low)


def funnel_points(
    limits: Sequence[FunnelLimits], rows: Mapping[str, Progress], units: Mapping[str, Unit]
) -> list[FunnelPoint]:
    """Return the districts that can be judged by size."""
    return [
        FunnelPoint(rows[limit.unit_code], units[limit.unit_code], limit)
        for limit in limits
        if limit.unit_code in rows and limit.unit_code in units
    ]


def has_picture(points: Sequence[FunnelPoint]) -> bool:
    """Return whether districts differ enough in size for a funnel."""
    return len({point.row.denominator for point in points}) >= LEAST_SIZES


def funnel_spec(points: Sequence[FunnelPoint], city: Progress, target: Target, chosen: str | None = None) -> FunnelSpec:
    """Return the spec of at least one point around the city's figure; `chosen` is the code of a district."""
    points = sorted(points, key=lambda point: point.size)
    top = max(max(point.value, point.limits.funnel_998_high_pct) for point in points)
    bottom = min(min(point.value, point.limits.funnel_998_low_pct) for point in points)
    low = max(0.0, bottom - AIR_PCT)
    high = min(top + AIR_PCT, max(FULL_PCT, top) + AIR_ABOVE_FULL_PCT)
    widest = max(point.size or 1.0 for point in points) * ROOM
    return FunnelSpec(
        marks=tuple(Mark(point, point_words(point, target), point.row.unit_code == chosen) for point in points),
        limits=_limit_lines(points),
        low=low,
        high=high,
        widest=widest,
        value_ticks=_value_ticks(low, high),
        size_ticks=_size_ticks(widest),
        size_name=words.of(target, "denominator"),
        city=city,
        city_name=words("funnel.city", value=value_text(city)),
        names=_names(points, chosen),
        statuses=legend_statuses(target, [point.row for point in points]),
        story=tuple(
            f"{words.of(point.unit, 'name')}: {value_and_status(point.row)}, {position_words(point)}"
            for point in points
        ),
    )


def position_words(point: FunnelPoint) -> str:
    """Return the meaning of a point's position in the funnel."""
    return words(f"funnel.{point.limits.funnel_position}")


def point_words(point: FunnelPoint, target: Target) -> str:
    """Return the explanation of a point: that of the figure, and the range of chance at its size."""
    limits = point.limits
    allowed = words(
        "funnel.allowed",
        low=words.percent(limits.funnel_95_low_pct),
        high=words.percent(limits.funnel_95_high_pct),
    )
    figure = explain(point.row, target, words.of(point.unit, "name"))
    return f"{figure}\n{allowed}\n{position_words(point)}"


def _limit_lines(points: Sequence[FunnelPoint]) -> tuple[LimitLines, ...]:
    # Districts of equal size have the same limits: one corner of the line is enough.
    by_size = {point.size: point.limits for point in points}
    outer = [Corner(size, limit.funnel_998_low_pct, limit.funnel_998_high_pct) for size, limit in by_size.items()]
    inner = [Corner(size, limit.funnel_95_low_pct, limit.funnel_95_high_pct) for size, limit in by_size.items()]
    return tuple(
        LimitLines(share, words("funnel.limit", share=words.percent(share)), tuple(corners))
        for share, corners in ((99.8, outer), (95.0, inner))
    )


def _value_ticks(low: float, high: float) -> Ticks:
    step = next((step for step in VALUE_STEPS if high - low < MOST_STEPS * step), VALUE_STEPS[-1])
    values = range(ceil(low / step) * step, int(high) + 1, step)
    return Ticks(tuple(float(value) for value in values), tuple(f"{words.number(value)}%" for value in values))


def _size_ticks(widest: float) -> Ticks:
    step = next(step for step in ROUND_STEPS if step >= widest / MOST_STEPS)
    values = tuple(float(step * number) for number in range(int(widest // step) + 1))
    return Ticks(values, tuple(words.number(value) for value in values))


def _names(points: Sequence[FunnelPoint], chosen: str | None) -> dict[str, str]:
    ranked = sorted(points, key=lambda point: (point.row.unit_code != chosen, -_distance(point)))
    return {
        point.row.unit_code: words.of(point.unit, "short_name")
        for point in ranked
        if not point.limits.is_inside or point.row.unit_code == chosen
    }


def _distance(point: FunnelPoint) -> float:
    """Return the distance of a point from the middle, in widths of its own 95 % range."""
    limits = point.limits
    width = max(limits.funnel_95_high_pct - limits.funnel_95_low_pct, 1e-9)
    middle = (limits.funnel_95_high_pct + limits.funnel_95_low_pct) / 2
    return abs(point.value - middle) / width
