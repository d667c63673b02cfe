"""HTML of a sparkline: an SVG that stretches with its box without changing its strokes."""

from __future__ import annotations

from markupsafe import Markup

from app.core.status import is_unsure
from app.figures.drawing.svg_document import element
from app.figures.series import Point, line_path
from app.figures.sparkline.spec import Sparkline

WIDTH = 100.0
HEIGHT = 30.0
MARGIN = 3.0


def draw_sparkline(line: Sparkline) -> Markup:
    """Render the chart, empty without a value. Decorative: the text is beside it."""
    if line.last is None:
        return element("svg", "", class_="spark", aria_hidden="true")

    def at(point: Point) -> str:
        return f"{MARGIN + (WIDTH - 2 * MARGIN) * line.share(point):.1f} {_y(point.value, line):.1f}"

    threshold = []
    if line.threshold is not None:
        threshold.append(element("path", class_="th", d=f"M0 {_y(line.threshold, line):.1f}H{WIDTH:.0f}"))
    return element(
        "svg",
        *threshold,
        *(element("path", d=line_path(segment, at)) for segment in line.former),
        *(element("path", class_="changed", d=line_path(segment, at)) for segment in line.changed),
        element("path", class_=f"dot {line.status}", d=f"M{at(line.last)}h.01"),
        *([element("path", class_="hole", d=f"M{at(line.last)}h.01")] if is_unsure(line.status) else []),
        class_="spark",
        viewBox=f"0 0 {WIDTH:.0f} {HEIGHT:.0f}",
        preserveAspectRatio="none",
        aria_hidden="true",
    )


def _y(value: float, line: Sparkline) -> float:
    return HEIGHT - MARGIN - (HEIGHT - 2 * MARGIN) * line.scale.share(value)
