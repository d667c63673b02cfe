"""Line chart over quarters as an SVG document: lines are distinguished by stroke, mark and name."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from app.core.i18n import percent_sign, words
from app.figures.annotations import BreakMark
from app.figures.drawing.svg_document import HALO, MARGIN, PAPER, Caption, box, circle, document, group, path, text
from app.figures.line.spec import Limit, Line, LineSpec, apart
from app.figures.scale import Scale
from app.figures.series import BackcastPoint, Point, Series, line_path
from app.ui.palette import INK, LIGHT, MUTED, SURFACE

WIDE = 1000.0
HIGH = 380.0
LEFT = 70.0
TOP = 24.0
RIGHT = WIDE - 210.0
BOTTOM = HIGH - 34.0
NAME_STEP_PX = 22.0
# Number of quarters with room for all names.
NAMED_PERIODS = 13
# The height of a row: names of breaks and numbers of notes above the plot, and meanings of strokes below it.
ROW_PX = 15.0
PIN_PX = 20.0
KEY_PX = 20.0
CHANGED_PX = 3.0
CHANGED_DASH = "0.1 6"
PAST_PX = 1.6
PAST_DASH = "5 4"
PAST_RADIUS = 3.5
DASHES = {"s1": "", "s2": "9 4", "s3": "3 4", "s4": "10 4 2 4", "s5": "16 5", "city": ""}


@dataclass(frozen=True, slots=True)
class Stroke:
    """Default stroke of a series: its width and its dashes."""

    width: float
    dash: str = ""


@dataclass(frozen=True, slots=True)
class _Sheet:
    """Positions of quarters and values."""

    spec: LineSpec

    @property
    def shift(self) -> float:
        """Return the height of the rows above the plot."""
        spec = self.spec
        return ROW_PX * (spec.rows_above - spec.pin_rows) + PIN_PX * spec.pin_rows

    @property
    def top(self) -> float:
        return TOP + self.shift

    @property
    def bottom(self) -> float:
        return BOTTOM + self.shift

    def x(self, index: float) -> float:
        return LEFT + (RIGHT - LEFT) * (index + 0.5) / len(self.spec.periods)

    def y(self, value: float) -> float:
        return self.bottom - (self.bottom - self.top) * self.spec.scale.share(value)


def series_document(caption: Caption, spec: LineSpec) -> Markup:
    """Render the lines with the threshold.

    Names and newest figures at their right ends, the meaning of strokes below.
    """
    sheet = _Sheet(spec)
    behind_first = reversed(spec.lines)
    keys, high = aside_keys(spec, lambda line: _colour(line.series), HIGH + sheet.shift)
    body = Markup("").join(
        [
            *(_break(mark, sheet) for mark in spec.breaks),
            _axes(sheet),
            _milestones(sheet),
            _threshold(sheet, spec.threshold) if spec.threshold else Markup(""),
            *(_line(line, sheet) for line in behind_first),
            pin_marks(spec, sheet.x, sheet.top - PIN_PX / 2 - 4),
            _names(sheet),
            keys,
        ]
    )
    return document(caption, body, (WIDE, high + MARGIN), [spec.text, *(pin.short for pin in spec.pins)])


def strokes(line: Line, x: Callable[[float], float], y: Callable[[float], float], ink: str, stroke: Stroke) -> Markup:
    """Render a series: solid on its territory, dotted on another, its recalculated history dashed with hollow marks."""

    def at(point: Point | BackcastPoint) -> str:
        return f"{x(point.index):.1f} {y(point.value):.1f}"

    def dashed(pieces: Sequence[Sequence[Point | BackcastPoint]], wide: float, dash: str, **style: str) -> Markup:
        dashes = {"stroke_dasharray": dash} if dash else {}
        d = "".join(line_path(piece, at) for piece in pieces)
        return path(d, ink, wide, **dashes, **style) if d else Markup("")

    past = line.past.segments if line.past else ()
    marks = [
        circle(x(point.index), y(point.value), PAST_RADIUS, PAPER, stroke=ink, stroke_width="1.5")
        for piece in past
        for point in piece
    ]
    return Markup("").join(
        [
            dashed(past, PAST_PX, PAST_DASH),
            *marks,
            dashed(line.former, stroke.width, stroke.dash),
            dashed(line.changed, CHANGED_PX, CHANGED_DASH, stroke_linecap="round"),
        ]
    )


def pin_marks(spec: LineSpec, x: Callable[[float], float], y: float) -> Markup:
    """Render the numbers of notes at their quarters, at one height."""
    return Markup("").join(_pin(x(pin.index), y, pin.number) for pin in spec.numbered_pins)


def aside_keys(spec: LineSpec, ink_of: Callable[[Line], str], y: float) -> tuple[Markup, float]:
    """Render the meaning of dotted and dashed lines and of the numbers of notes, one line each, and return the end."""
    keys = []
    for line in spec.lines:
        ink = ink_of(line)
        if line.ground_text:
            sample = path("M1 8h26", ink, CHANGED_PX, stroke_dasharray=CHANGED_DASH, stroke_linecap="round")
            keys.append((sample, line.ground_text))
        if line.past:
            keys.append((path("M1 8h26", ink, PAST_PX, stroke_dasharray=PAST_DASH), line.past.text))
    keys += [(_pin(14, 8, pin.number), pin.short) for pin in spec.numbered_pins]
    svg = Markup("")
    for index, (sample, name) in enumerate(keys):
        svg += group(MARGIN, y + KEY_PX * index, sample, text(34, 12, name, 12))
    return svg, y + KEY_PX * len(keys)


def _pin(x: float, y: float, number: str) -> Markup:
    frame = box(x - 8, y - 8, 16, 16, rx="3", fill=PAPER, stroke=INK)
    return frame + text(x, y + 4.2, number, 12, text_anchor="middle", font_weight="600")


def _break(mark: BreakMark, sheet: _Sheet) -> Markup:
    """Render a break's line or band, its name above it."""
    x = sheet.x(mark.start)
    y = sheet.top - 6 - PIN_PX * sheet.spec.pin_rows - ROW_PX * mark.row
    if mark.shape == "band":
        room = sheet.bottom - y - 4
        svg = box(x, y + 4, sheet.x(mark.end) - x, room, fill=SURFACE, stroke=MUTED, stroke_dasharray="2 3")
    else:
        svg = path(f"M{x:.1f} {y + 4:.1f}V{sheet.bottom:.1f}", MUTED, 1.2, stroke_dasharray="2 3")
    if sheet.spec.is_late(mark):
        return svg + text(sheet.x(mark.end), y, mark.label, 12, text_anchor="end", fill=MUTED, **HALO)
    return svg + text(x, y, mark.label, 12, fill=MUTED, **HALO)


def _colour(series: Series) -> str:
    return LIGHT["edge"] if series.style == "city" else LIGHT[f"series-{series.style[1:]}"]


def _axes(sheet: _Sheet) -> Markup:
    svg = values_across(sheet.spec.scale, (LEFT, RIGHT), sheet.y)
    for tick in sheet.spec.ticks(NAMED_PERIODS):
        svg += text(sheet.x(tick.index), sheet.bottom + 22, tick.text, 12, text_anchor="middle")
    return svg


def _threshold(sheet: _Sheet, threshold: Limit) -> Markup:
    y = sheet.y(threshold.value)
    line = path(f"M{LEFT:.1f} {y:.1f}H{RIGHT:.1f}", INK, 1.5, stroke_dasharray="6 4")
    below = sheet.spec.is_threshold_named_below
    return line + text(LEFT + 4, y + 15 if below else y - 5, threshold.label, 12, font_weight="600", **HALO)


def values_across(scale: Scale, ends: tuple[float, float], y: Callable[[float], float]) -> Markup:
    """Render a faint line at every value of the scale from the left end to the right, with the value beside it."""
    left, right = ends
    svg = Markup("")
    for value in scale.ticks:
        svg += path(f"M{left:.1f} {y(value):.1f}H{right:.1f}", LIGHT["faint"], 1)
        label = scale.tick_text(value)
        label += percent_sign(label) if value else ""
        svg += text(left - 8, y(value) + 4.4, scale.cut_sign(value) + label, 12, text_anchor="end")
    return svg


def _milestones(sheet: _Sheet) -> Markup:
    half = (RIGHT - LEFT) / len(sheet.spec.periods) / 2
    steps = [
        f"M{sheet.x(point.index) - half:.1f} {sheet.y(point.value):.1f}h{2 * half:.1f}"
        for piece in sheet.spec.path
        for point in piece
    ]
    return path("".join(steps), MUTED, 1.5, stroke_dasharray="1.5 3") if steps else Markup("")


def _line(line: Line, sheet: _Sheet) -> Markup:
    colour = _colour(line.series)
    stroke = Stroke(1.8 if line.series.style == "city" else 2.5, DASHES[line.series.style])
    return strokes(line, sheet.x, sheet.y, colour, stroke) + Markup("").join(
        circle(sheet.x(point.index), sheet.y(point.value), 4, colour, stroke=PAPER) for point in line.points
    )


def _names(sheet: _Sheet) -> Markup:
    lines = sheet.spec.ended_lines
    heights = apart([sheet.y(line.last.value) for line in lines if line.last], NAME_STEP_PX, sheet.bottom)
    x = RIGHT + 14
    svg = Markup("")
    for line, height in zip(lines, heights, strict=True):
        series = line.series
        if series.mark:
            svg += circle(x + 8, height, 9, _colour(series))
            svg += text(x + 8, height + 4.3, series.mark, 12, text_anchor="middle", fill=PAPER)
        ink = MUTED if series.style == "city" else INK
        name = words("courses.name", name=series.short_name, value=line.last_text)
        svg += text(x + 24, height + 4.6, name, 13, fill=ink, font_weight="600")
    return svg
