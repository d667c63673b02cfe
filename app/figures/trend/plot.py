"""Layout of a target's trend on a page, shared by HTML and Plotly: height, ends of the axes, the last values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.figures.annotations import HALF
from app.figures.line.spec import Line
from app.figures.series import Point
from app.figures.trend.spec import TrendSpec

# In em of the page: on a large screen the chart grows with the font.
HEIGHT_EM = 20.3
# The height of a row of annotations outside the plot.
ROW_EM = 1.4
# Space above the scale for the marks of breaks, and right of the newest quarter for its value.
HEADROOM = 1.18
BREAK_MARK_AT = 1.14
ROOM_AT_RIGHT = 0.1
# Closer than this share of the scale, the labels of two last values would touch.
NEAR_SHARE = 0.09


@dataclass(frozen=True, slots=True)
class LastValue:
    """Newest value of a series; `shift` moves its label away from another one: 1 up, -1 down, 0 not at all."""

    line: Line
    point: Point
    shift: int


def height_em(spec: TrendSpec) -> float:
    """Return the height of the whole chart, in em of the page."""
    return HEIGHT_EM + ROW_EM * (spec.chart.pin_rows + len(spec.chart.asides))


def quarters_end(spec: TrendSpec) -> float:
    """Return the end of the newest quarter, in quarters."""
    return len(spec.chart.periods) - HALF


def quarter_range(spec: TrendSpec) -> tuple[float, float]:
    """Return the ends of the axis of quarters, counted from 0 at the middle of the first."""
    return -HALF, quarters_end(spec) + ROOM_AT_RIGHT * len(spec.chart.periods)


def value_range(spec: TrendSpec) -> tuple[float, float]:
    """Return the ends of the axis of values, in points."""
    scale = spec.chart.scale
    return scale.start, scale.start + (scale.end - scale.start) * HEADROOM


def break_mark_value(spec: TrendSpec) -> float:
    """Return the height of the marks of breaks, in points."""
    scale = spec.chart.scale
    return scale.start + (scale.end - scale.start) * BREAK_MARK_AT


def last_values(spec: TrendSpec) -> list[LastValue]:
    """Return the newest value of every series that has one, highest first."""
    ends = [(line, line.last) for line in spec.chart.ended_lines if line.last]
    spread = ends[0][1].value - ends[-1][1].value if ends else 0.0
    is_near = 0 < spread < NEAR_SHARE * (spec.chart.scale.end - spec.chart.scale.start)
    return [LastValue(line, point, _shift(number) if is_near else 0) for number, (line, point) in enumerate(ends)]


def milestone_steps(piece: Sequence[Point]) -> list[tuple[float, float]]:
    """Return the corners of a segment of milestones, each as wide as its quarter: (quarter, value)."""
    return [(point.index + side, point.value) for point in piece for side in (-HALF, HALF)]


def _shift(number: int) -> int:
    return -1 if number else 1
