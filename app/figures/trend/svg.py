"""Trend of a target as an SVG document: lines, threshold, milestones, breaks."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from app.core.i18n import words
from app.figures.annotations import BreakMark
from app.figures.drawing.status_icons import sign
from app.figures.drawing.svg_document import (
    EDGE,
    HALO,
    MARGIN,
    Caption,
    box,
    circle,
    document,
    element,
    fill_of,
    ink_of,
    legend,
    on_lines,
    path,
    status_mark,
    text,
)
from app.figures.drawing.text_metrics import width
from app.figures.line.spec import Line, LineSpec
from app.figures.line.svg import PIN_PX, ROW_PX, Stroke, aside_keys, pin_marks, strokes, values_across
from app.figures.series import Point
from app.figures.trend.spec import Absence, Range, TrendSpec
from app.ui.figure_text import value_text
from app.ui.palette import ACCENT, INK, LIGHT, MUTED, SURFACE

WIDE = 1000.0
HIGH = 360.0
LEFT = 74.0
TOP = 54.0
# Rows of the names of breaks for which there is room above the plot.
NAME_ROWS = 3
BOTTOM = HIGH - 34.0
# Space at the right for the names of the threshold and the milestone, if there are any.
RIGHT = WIDE - 150.0
RIGHT_FREE = WIDE - 40.0
# Between the axis and the first and the last quarter.
EDGE_PX = 30.0
NAME_PX = 44.0
RADIUS = 10.0
PLAIN_RADIUS = 3.6
CITY = Stroke(2.5)
BESIDE_STROKE = Stroke(2.0, "10 4 2 4")
BESIDE = LIGHT["series-4"]
OUTLOOK = LIGHT["band"]


@dataclass(frozen=True, slots=True)
class _Sheet:
    """Positions of quarters and values."""

    chart: LineSpec

    @property
    def right(self) -> float:
        return RIGHT_FREE if self.chart.threshold is None else RIGHT

    @property
    def step(self) -> float:
        return (self.right - LEFT - 2 * EDGE_PX) / max(1, len(self.chart.periods) - 1)

    def x(self, index: float) -> float:
        return LEFT + EDGE_PX + self.step * index

    @property
    def shift(self) -> float:
        """Return the height of the rows above the plot that are more than it has room for."""
        names = self.chart.rows_above - self.chart.pin_rows
        return PIN_PX * self.chart.pin_rows + ROW_PX * max(0, names - NAME_ROWS)

    @property
    def top(self) -> float:
        return TOP + self.shift

    @property
    def bottom(self) -> float:
        return BOTTOM + self.shift

    def y(self, value: float) -> float:
        return self.bottom - (self.bottom - self.top) * self.chart.scale.share(value)


def trend_chart(caption: Caption, spec: TrendSpec) -> Markup:
    """Render the series with every value of the city's beside it, the names of lines and the legends below."""
    sheet = _Sheet(spec.chart)
    city, *others = spec.chart.lines
    names, top = _keys(spec, sheet.bottom + 44)
    asides, top = aside_keys(spec.chart, lambda line: ACCENT if line is city else BESIDE, top)
    keys, high = legend(spec.statuses, top, WIDE - 2 * MARGIN, has_provisional=False)
    body = Markup("").join(
        [
            *(_break(sheet, spec, mark) for mark in spec.chart.breaks),
            _axes(sheet),
            _milestones(sheet),
            _threshold(sheet),
            _outlook(sheet, spec),
            *(_range(sheet, limits) for limits in spec.ranges),
            *(_beside(sheet, line) for line in others),
            strokes(city, sheet.x, sheet.y, ACCENT, CITY),
            *(_absence(sheet, absence) for absence in spec.absences),
            *(_point(sheet, city, point) for point in city.points),
            *_value_texts(sheet, city),
            pin_marks(spec.chart, sheet.x, sheet.top - PIN_PX / 2 - 4),
            names,
            asides,
            keys,
        ]
    )
    return document(caption, body, (WIDE, high), spec.story)


def _axes(sheet: _Sheet) -> Markup:
    svg = values_across(sheet.chart.scale, (LEFT, sheet.right), sheet.y)
    room = int((sheet.right - LEFT - 2 * EDGE_PX) / NAME_PX) + 1
    for tick in sheet.chart.ticks(room):
        svg += text(sheet.x(tick.index), sheet.bottom + 22, tick.text, 12, text_anchor="middle")
    return svg + path(f"M{LEFT:.1f} {sheet.bottom:.1f}H{sheet.right:.1f}", EDGE, 1)


def _threshold(sheet: _Sheet) -> Markup:
    threshold = sheet.chart.threshold
    if threshold is None:
        return Markup("")
    y = sheet.y(threshold.value)
    line = path(f"M{LEFT:.1f} {y:.1f}H{sheet.right:.1f}", INK, 1.5, stroke_dasharray="6 4")
    return line + text(sheet.right + 8, y + 4.5, threshold.label, 12, font_weight="600")


def _break(sheet: _Sheet, spec: TrendSpec, mark: BreakMark) -> Markup:
    """Render a break's line or band, its name above it."""
    x = sheet.x(mark.start)
    y = sheet.top - 11 - PIN_PX * sheet.chart.pin_rows - ROW_PX * mark.row
    if mark.shape == "band":
        high = sheet.bottom - y - 4
        svg = box(x, y + 4, sheet.step, high, fill=SURFACE, stroke=MUTED, stroke_dasharray="2 3")
    else:
        svg = path(f"M{x:.1f} {y + 4:.1f}V{sheet.bottom:.1f}", MUTED, 1.2, stroke_dasharray="2 3")
    if spec.chart.is_late(mark):
        return svg + text(sheet.x(mark.end), y, mark.label, 12, text_anchor="end", fill=MUTED, **HALO)
    return svg + text(x, y, mark.label, 12, text_anchor="start", fill=MUTED, **HALO)


def _milestones(sheet: _Sheet) -> Markup:
    points = [point for piece in sheet.chart.path for point in piece]
    if not points:
        return Markup("")
    half = min(sheet.step * 0.42, 28)
    steps = [f"M{sheet.x(point.index) - half:.1f} {sheet.y(point.value):.1f}h{2 * half:.1f}" for point in points]
    svg = path("".join(steps), MUTED, 1.8, stroke_dasharray="1.5 3")
    limit = sheet.chart.path_limit
    if limit is None:
        return svg
    return svg + text(sheet.right + 8, sheet.y(limit.value) + 4.5, limit.label, 12, fill=MUTED)


def _outlook(sheet: _Sheet, spec: TrendSpec) -> Markup:
    """Render the projected range of the year, with both ends as figures."""
    outlook = spec.outlook
    if outlook is None:
        return Markup("")
    x = sheet.x(outlook.index)
    low, high = sheet.y(outlook.low), sheet.y(outlook.high)
    start = f"{sheet.x(outlook.start.index):.1f} {sheet.y(outlook.start.value):.1f}"
    return element("path", d=f"M{start}L{x:.1f} {high:.1f}V{low:.1f}z", fill=OUTLOOK, stroke="none")


def _range(sheet: _Sheet, limits: Range) -> Markup:
    x = sheet.x(limits.index)
    return path(f"M{x:.1f} {sheet.y(limits.low):.1f}V{sheet.y(limits.high):.1f}", MUTED, 4)


def _beside(sheet: _Sheet, line: Line) -> Markup:
    """Render a district's series with its signs, behind the city's."""
    svg = strokes(line, sheet.x, sheet.y, BESIDE, BESIDE_STROKE)
    for point in line.points:
        x = sheet.x(point.index)
        y = sheet.y(point.value)
        if point.index not in line.marked_indices:
            svg += circle(x, y, PLAIN_RADIUS, BESIDE)
            continue
        status = point.row.shown_status
        svg += circle(x, y, RADIUS - 2, fill_of(status), stroke=BESIDE) + sign(status, x, y, ink_of(status))
    return svg


def _keys(spec: TrendSpec, y: float) -> tuple[Markup, float]:
    """Render the legend from `y` on, and return the position after it.

    It lists lines with their newest values where there are two, the projected range, and the ranges of missing reports.
    """
    lines = spec.chart.lines
    keys: list[tuple[Markup, str]] = []
    if len(lines) > 1:
        samples = (
            path("M0 8h28", ACCENT, CITY.width),
            path("M0 8h28", BESIDE, BESIDE_STROKE.width, stroke_dasharray=BESIDE_STROKE.dash),
        )
        keys += [
            (sample, f"{line.series.name} {line.last_text}".strip())
            for sample, line in zip(samples, lines, strict=True)
        ]
    if spec.outlook:
        keys.append((element("path", d="M0 8L28 3V13z", fill=OUTLOOK, stroke="none"), words("trend.outlook")))
    if spec.ranges:
        keys.append((path("M14 2V14", MUTED, 4), words("trend.range")))
    keys += [(Markup(""), key) for key in spec.keys]
    svg = Markup("")
    x = MARGIN
    for sample, name in keys:
        indent = 34 if sample else 0
        svg += element("g", sample, transform=f"translate({x:.1f} {y:.1f})") if sample else Markup("")
        svg += text(x + indent, y + 12, name, 12)
        x += indent + width(name, 12) + 16
    return svg, y + 26 if keys else y


def _point(sheet: _Sheet, line: Line, point: Point) -> Markup:
    x = sheet.x(point.index)
    y = sheet.y(point.value)
    status = point.row.shown_status
    if point.index not in line.marked_indices:
        return circle(x, y, PLAIN_RADIUS, ACCENT)
    return circle(x, y, RADIUS, fill_of(status), stroke=INK) + sign(status, x, y, ink_of(status))


def _value_texts(sheet: _Sheet, line: Line) -> list[Markup]:
    """Render the values in front of the line; of equal neighbours the first, and those with a sign."""
    texts = [value_text(point.row) for point in line.points]
    shown = zip(line.points, texts, ["", *texts], strict=False)
    return [
        _value_text(sheet, line, point, text)
        for point, text, before in shown
        if text != before or point.index in line.marked_indices
    ]


def _value_text(sheet: _Sheet, line: Line, point: Point, written: str) -> Markup:
    """Render a value on the side of its point that the line does not take."""
    y = sheet.y(point.value)
    away = (RADIUS if point.index in line.marked_indices else PLAIN_RADIUS) + 5
    beside = [other.value for other in line.points if abs(other.index - point.index) == 1]
    is_below = (bool(beside) and sum(beside) / len(beside) > point.value) or y < sheet.top + 24
    is_below = is_below and y < sheet.bottom - away - 16
    return on_lines(sheet.x(point.index), y + away + 9 if is_below else y - away, written, 12.5)


def _absence(sheet: _Sheet, absence: Absence) -> Markup:
    return status_mark(absence.status, sheet.x(absence.index) - 10, sheet.bottom - 21, 20, 18)
