"""Where names of points fit without lying over each other or over another point."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

LETTER_PX, LINE_PX, POINT_PX = 6.6, 13.0, 6.0
GAP_PX = 8.0
# A label's corner from its point, in label widths and heights: right of it, left, above, below.
PLACES = ((0.0, -0.5), (-1.0, -0.5), (-0.5, -1.0), (-0.5, 0.0))
Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Placed:
    """A label beside its point: which of its edges faces the point, and the pixels between (y upwards)."""

    text: str
    xanchor: str
    yanchor: str
    xshift: float
    yshift: float


def placed_labels(
    points: Mapping[str, tuple[float, float]], wanted: Mapping[str, str], area: tuple[float, float]
) -> dict[str, Placed]:
    """Places for the labels of `wanted`, most important first; one that fits nowhere is left out.

    `points` are all points in pixels of an area of width × height; no label covers any of them.
    """
    taken = {name: (x - POINT_PX, y - POINT_PX, x + POINT_PX, y + POINT_PX) for name, (x, y) in points.items()}
    labels: list[Box] = []
    placed: dict[str, Placed] = {}
    for name, text in wanted.items():
        others = [box for other, box in taken.items() if other != name] + labels
        for across, down in PLACES:
            box = _box(points[name], text, across, down)
            if _is_inside(box, area) and not any(_overlap(box, other) for other in others):
                placed[name] = _placed(text, across, down)
                labels.append(box)
                break
    return placed


def _placed(text: str, across: float, down: float) -> Placed:
    return Placed(
        text,
        {0.0: "left", -1.0: "right"}.get(across, "center"),
        {0.0: "top", -1.0: "bottom"}.get(down, "middle"),
        {0.0: GAP_PX, -1.0: -GAP_PX}.get(across, 0.0),
        {0.0: -GAP_PX, -1.0: GAP_PX}.get(down, 0.0),
    )


def _box(point: tuple[float, float], text: str, across: float, down: float) -> Box:
    width = LETTER_PX * len(text)
    gap_x = POINT_PX if across == 0.0 else -POINT_PX if across == -1.0 else 0.0
    gap_y = POINT_PX if down == 0.0 else -POINT_PX if down == -1.0 else 0.0
    left, top = point[0] + across * width + gap_x, point[1] + down * LINE_PX + gap_y
    return left, top, left + width, top + LINE_PX


def _is_inside(box: Box, area: tuple[float, float]) -> bool:
    return box[0] >= 0 and box[1] >= -LINE_PX and box[2] <= area[0] and box[3] <= area[1]


def _overlap(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
