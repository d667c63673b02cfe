"""Small multiples of a target as an SVG document: one series per district."""

from __future__ import annotations

from markupsafe import Markup

from app.figures.drawing.status_icons import sign
from app.figures.drawing.svg_document import (
    EDGE,
    MARGIN,
    Caption,
    circle,
    document,
    fill_of,
    legend,
    path,
    text,
)
from app.figures.drawing.text_metrics import width
from app.figures.series import Point, line_path
from app.figures.small_multiples.spec import Multiple, Multiples
from app.figures.sparkline.spec import Sparkline
from app.ui.palette import ACCENT, INK, LIGHT, MUTED

PER_LINE = 5
CELL_WIDTH = 185.0
CELL_HEIGHT = 104.0
COURSE_HEIGHT = 52.0
ROOM = CELL_WIDTH - 24
EDGE_PX = 4.0
CHANGED_DASH = "0.1 4"


def multiples_document(caption: Caption, multiples: Multiples) -> Markup:
    """Render the series in rows of five, and a legend of the signs that occur."""
    body = Markup("").join(_multiple(multiple, index, multiples) for index, multiple in enumerate(multiples.multiples))
    wide = 2 * MARGIN + PER_LINE * CELL_WIDTH
    lines = -(-len(multiples.multiples) // PER_LINE)
    keys, high = legend(multiples.statuses, lines * CELL_HEIGHT + 6, wide - 2 * MARGIN, False)
    return document(caption, body + keys, (wide, high), multiples.story)


def _multiple(multiple: Multiple, index: int, multiples: Multiples) -> Markup:
    x = MARGIN + (index % PER_LINE) * CELL_WIDTH
    y = (index // PER_LINE) * CELL_HEIGHT
    base = y + 24 + COURSE_HEIGHT
    return Markup("").join(
        [
            text(x, y + 16, multiple.name, 13, font_weight="600"),
            text(x + ROOM, y + 16, multiple.value_text, 13, text_anchor="end"),
            sign(multiple.status, x + ROOM - width(multiple.value_text, 13) - 12, y + 11.5, INK),
            _series(multiple.line, x, base),
            text(x, base + 14, multiples.first_period, 10.5, fill=MUTED),
            text(x + ROOM, base + 14, multiples.last_period, 10.5, text_anchor="end", fill=MUTED),
        ]
    )


def _series(line: Sparkline, left: float, base: float) -> Markup:
    def x(point: Point) -> float:
        return left + EDGE_PX + (ROOM - 2 * EDGE_PX) * line.share(point)

    def y(value: float) -> float:
        return base - (COURSE_HEIGHT - 6) * line.scale.share(value)

    svg = Markup("")
    if line.threshold is not None:
        level = f"M{left:.1f} {y(line.threshold):.1f}h{ROOM:.1f}"
        svg += path(level, EDGE, 1, class_="th", stroke_dasharray="3 3")
    svg += path(f"M{left:.1f} {base:.1f}h{ROOM:.1f}", LIGHT["line"], 1)
    for segments, style in ((line.former, {}), (line.changed, {"stroke_dasharray": CHANGED_DASH})):
        for segment in segments:
            d = line_path(segment, lambda point: f"{x(point):.1f} {y(point.value):.1f}")
            svg += path(d, ACCENT, 1.8, class_="course", stroke_linecap="round", **style)
    if line.last is not None:
        svg += circle(x(line.last), y(line.last.value), 4, fill_of(line.status), stroke=INK)
    return svg
