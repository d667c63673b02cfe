"""Placement of point labels without overlapping each other or another point."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

Side = Literal["right", "left", "above", "below"]
SIDES: tuple[Side, ...] = ("right", "left", "above", "below")


@dataclass(frozen=True, slots=True)
class Spot:
    """Point of the chart in pixels, y downwards."""

    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Area:
    """Area for labels, in pixels; the highest label may exceed its top by one line."""

    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Lettering:
    """Dimensions of labels in pixels.

    They are the width of a name, the line height, the radius of a point, and the distances beside and above a point.
    """

    width: Callable[[str], float]
    line: float
    radius: float
    beside: float
    above: float


@dataclass(frozen=True, slots=True)
class Box:
    """Rectangle in pixels."""

    left: float
    top: float
    right: float
    bottom: float

    def overlaps(self, other: Box) -> bool:
        """Return whether they have more than an edge in common."""
        is_beside = self.right <= other.left or other.right <= self.left
        return not is_beside and self.top < other.bottom and other.top < self.bottom


@dataclass(frozen=True, slots=True)
class Placed:
    """Label, the side of its point on which it is placed, and its position."""

    text: str
    side: Side
    box: Box


def placed_labels(
    points: Mapping[str, Spot], wanted: Mapping[str, str], area: Area, lettering: Lettering
) -> dict[str, Placed]:
    """Return positions for the names in `wanted`, most important first, without names that do not fit.

    `points` are all points of the chart; no label covers any of them.
    """
    reach = lettering.radius
    taken = {code: Box(at.x - reach, at.y - reach, at.x + reach, at.y + reach) for code, at in points.items()}
    placed: dict[str, Placed] = {}
    for code, text in wanted.items():
        others = [box for other, box in taken.items() if other != code] + [label.box for label in placed.values()]
        for side in SIDES:
            box = _box(points[code], text, side, lettering)
            if _is_inside(box, area, lettering) and not any(box.overlaps(other) for other in others):
                placed[code] = Placed(text, side, box)
                break
    return placed


def _box(at: Spot, text: str, side: Side, lettering: Lettering) -> Box:
    wide = lettering.width(text)
    high = lettering.line
    left = {"right": at.x + lettering.beside, "left": at.x - lettering.beside - wide}.get(side, at.x - wide / 2)
    top = {"above": at.y - lettering.above - high, "below": at.y + lettering.above}.get(side, at.y - high / 2)
    return Box(left, top, left + wide, top + high)


def _is_inside(box: Box, area: Area, lettering: Lettering) -> bool:
    return box.left >= 0 and box.top >= -lettering.line and box.right <= area.width and box.bottom <= area.height
