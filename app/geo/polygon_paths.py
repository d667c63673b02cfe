"""Outlines of units as SVG paths: projected, simplified to visible detail, with a magnified panel for small units."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from warehouse.plan.boundaries import Ring

Point = tuple[float, float]
Box = tuple[float, float, float, float]

WIDTH, MAX_HEIGHT = 560.0, 620.0
MARGIN = 4.0
TOLERANCE = 0.6
# Limit of what a page can hold: longer paths are simplified further.
MAX_PATH_CHARACTERS = 60_000
SMALL_SIDE = 46.0
LEAST_SMALL_UNITS = 3
SCAN_LINES = 24
LINE_HEIGHT = 15.0


@dataclass(frozen=True, slots=True)
class Spot:
    """Position of a label: its middle and the available width."""

    x: float
    y: float
    room: float


@dataclass(frozen=True, slots=True)
class Area:
    """Unit in a panel: its path, and the best positions of a label of two lines and of one line (panel units)."""

    path: str
    two_lines: Spot
    one_line: Spot
    is_own: bool


@dataclass(frozen=True, slots=True)
class Panel:
    """Map of `width` × `height` units. Areas that are not `is_own` are links in another panel.

    `frame` is the position of the magnified panel in this one: x, y, width, height.
    """

    width: float
    height: float
    areas: dict[str, Area]
    frame: Box | None = None


def panels(shapes: Mapping[str, list[Ring]]) -> tuple[Panel, ...]:
    """Return the whole map and, where some units are too small to read, a magnified panel that contains them."""
    flat = _projected(shapes)
    whole = _fitted(_box(flat.values()))
    placed = {code: [whole.place(ring) for ring in rings] for code, rings in flat.items()}
    boxes = {code: _box([rings]) for code, rings in placed.items()}
    small = {code for code, box in boxes.items() if min(box[2] - box[0], box[3] - box[1]) < SMALL_SIDE}
    if not LEAST_SMALL_UNITS <= len(small) < len(flat):
        return (Panel(whole.width, whole.height, _areas(placed, frozenset(placed), whole)),)
    inner = _box(flat[code] for code in small)
    zoomed = _fitted(inner)
    near = {code: [zoomed.place(ring) for ring in rings] for code, rings in flat.items()}
    near = {code: rings for code, rings in near.items() if _touches(_box([rings]), zoomed)}
    (left, top), (right, bottom) = whole.place([(inner[0], inner[1])])[0], whole.place([(inner[2], inner[3])])[0]
    frame = (left - 2, top - 2, right - left + 4, bottom - top + 4)
    return (
        Panel(whole.width, whole.height, _areas(placed, frozenset(placed) - small, whole, frame), frame),
        Panel(zoomed.width, zoomed.height, _areas(near, frozenset(small), zoomed)),
    )


@dataclass(frozen=True, slots=True)
class _Fit:
    """Transformation from flat coordinates to those of a panel."""

    box: Box
    scale: float
    width: float
    height: float

    def place(self, ring: Ring) -> Ring:
        return [((x - self.box[0]) * self.scale + MARGIN, (y - self.box[1]) * self.scale + MARGIN) for x, y in ring]


def _projected(shapes: Mapping[str, list[Ring]]) -> dict[str, list[Ring]]:
    """Return flat coordinates from degrees: a degree of longitude shrinks with the latitude, and y points down."""
    _, south, _, north = _box(shapes.values())
    shrink = math.cos(math.radians((south + north) / 2))
    return {code: [[(x * shrink, -y) for x, y in ring] for ring in rings] for code, rings in shapes.items()}


def _fitted(box: Box) -> _Fit:
    wide, high = max(box[2] - box[0], 1e-9), max(box[3] - box[1], 1e-9)
    scale = min((WIDTH - 2 * MARGIN) / wide, (MAX_HEIGHT - 2 * MARGIN) / high)
    return _Fit(box, scale, round(wide * scale + 2 * MARGIN, 1), round(high * scale + 2 * MARGIN, 1))


def _box(groups: Iterable[Iterable[Ring]]) -> Box:
    points = [point for rings in groups for ring in rings for point in ring]
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return min(xs), min(ys), max(xs), max(ys)


def _touches(box: Box, fit: _Fit) -> bool:
    return box[2] > 0 and box[3] > 0 and box[0] < fit.width and box[1] < fit.height


def _areas(
    placed: Mapping[str, list[Ring]], own: frozenset[str], fit: _Fit, frame: Box | None = None
) -> dict[str, Area]:
    tolerance = TOLERANCE
    paths = {code: _path(rings, tolerance) for code, rings in placed.items()}
    while sum(map(len, paths.values())) > MAX_PATH_CHARACTERS:
        tolerance *= 1.6
        paths = {code: _path(rings, tolerance) for code, rings in placed.items()}
    areas = {}
    for code, rings in placed.items():
        two, one = (_spot(rings, fit, frame, height) for height in (2 * LINE_HEIGHT, LINE_HEIGHT))
        areas[code] = Area(paths[code], two, one, code in own)
    return areas


def _path(rings: list[Ring], tolerance: float) -> str:
    simplified = [_simplified(ring, tolerance) for ring in rings]
    visible = [ring for ring in simplified if len(ring) > 2] or [max(rings, key=len)]
    return "".join("M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in ring) + "Z" for ring in visible)


def _simplified(ring: Ring, tolerance: float) -> Ring:
    """Return a closed ring simplified by Douglas and Peucker, within `tolerance` of the original line."""
    points = ring[:-1] if ring[0] == ring[-1] else ring
    far = max(range(len(points)), key=lambda index: math.dist(points[0], points[index]))
    closed = [*points, points[0]]
    kept = {0, far, len(points)}
    spans = [(0, far), (far, len(points))]
    while spans:
        start, end = spans.pop()
        middle, distance = _farthest(closed, start, end)
        if distance > tolerance:
            kept.add(middle)
            spans += [(start, middle), (middle, end)]
    return [closed[index] for index in sorted(kept)[:-1]]


def _farthest(points: Ring, start: int, end: int) -> tuple[int, float]:
    (x1, y1), (x2, y2) = points[start], points[end]
    length = math.hypot(x2 - x1, y2 - y1)
    best, farthest = start, -1.0
    for index in range(start + 1, end):
        x, y = points[index]
        away = abs((x2 - x1) * (y1 - y) - (x1 - x) * (y2 - y1)) / length if length else math.hypot(x - x1, y - y1)
        if away > farthest:
            best, farthest = index, away
    return best, farthest


def _spot(rings: list[Ring], fit: _Fit, frame: Box | None, height: float) -> Spot:
    """Return the position with the most room for a label of this height.

    It is inside the unit and the panel, clear of the frame.
    """
    left, top, right, bottom = _box([rings])
    top, bottom = max(top, 0.0), min(bottom, fit.height)
    best = Spot(round((left + right) / 2, 1), round((top + bottom) / 2, 1), 0.0)
    for step in range(1, SCAN_LINES):
        y = top + (bottom - top) * step / SCAN_LINES
        spans = _spans(rings, y, fit, frame)
        for edge in (y - height / 2, y + height / 2):
            spans = _shared(spans, _spans(rings, edge, fit, frame))
        for low, high in spans:
            if high - low > best.room:
                best = Spot(round((low + high) / 2, 1), round(y, 1), round(high - low, 1))
    return best


def _spans(rings: list[Ring], y: float, fit: _Fit, frame: Box | None) -> list[tuple[float, float]]:
    """Return the intervals of a horizontal line that are inside the unit, on the panel and outside the frame."""
    if not 0 <= y <= fit.height:
        return []
    crossings = sorted(_crossings(rings, y))
    inside = _shared(list(zip(crossings[::2], crossings[1::2], strict=False)), [(0.0, fit.width)])
    if frame and frame[1] <= y <= frame[1] + frame[3]:
        inside = _shared(inside, [(0.0, frame[0]), (frame[0] + frame[2], fit.width)])
    return inside


def _shared(some: list[tuple[float, float]], others: list[tuple[float, float]]) -> list[tuple[float, float]]:
    return [
        (max(low, other_low), min(high, other_high))
        for low, high in some
        for other_low, other_high in others
        if min(high, other_high) > max(low, other_low)
    ]


def _crossings(rings: list[Ring], y: float) -> list[float]:
    crossings = []
    for ring in rings:
        for (x1, y1), (x2, y2) in zip(ring, [*ring[1:], ring[0]], strict=True):
            if (y1 > y) != (y2 > y):
                crossings.append(x1 + (y - y1) * (x2 - x1) / (y2 - y1))
    return crossings
