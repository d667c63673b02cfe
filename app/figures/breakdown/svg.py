"""Breakdowns of a target as an SVG document: one set of bars per breakdown."""

from __future__ import annotations

from markupsafe import Markup

from app.figures.breakdown.spec import BreakdownSpec, PartBar
from app.figures.drawing.svg_document import MARGIN, TEXT_PX, Caption, box, document, text
from app.figures.drawing.text_metrics import width
from app.ui.palette import ACCENT, MUTED

WIDE = 1000.0
NAME_WIDTH = 270.0
AMOUNT_WIDTH = 190.0
ROW = 27.0
BAR = 16.0
HEAD = 30.0
GAP = 12.0
LEFT = MARGIN + NAME_WIDTH
TRACK = WIDE - LEFT - AMOUNT_WIDTH - MARGIN


def breakdown_chart(caption: Caption, spec: BreakdownSpec) -> Markup:
    """Render the breakdowns below each other; a part without a count shows the reason and has no bar."""
    body = Markup("")
    y = 0.0
    for breakdown in spec.breakdowns:
        body += text(MARGIN, y + 20, breakdown.title, 14.5, font_weight="600")
        y += HEAD
        for bar in breakdown.bars:
            body += _bar(bar, y)
            y += ROW
        y += GAP
    return document(caption, body, (WIDE, y), spec.story)


def _bar(bar: PartBar, y: float) -> Markup:
    middle = y + ROW / 2
    size = min(TEXT_PX, TEXT_PX * (NAME_WIDTH - 12) / width(bar.name, TEXT_PX))
    name = text(LEFT - 10, middle + 4.8, bar.name, size, text_anchor="end")
    if bar.why:
        return name + text(LEFT + 4, middle + 4.6, bar.why, 12.5, fill=MUTED)
    long = TRACK * bar.length
    svg = box(LEFT, middle - BAR / 2, long, BAR, fill=ACCENT) if bar.length else Markup("")
    return name + svg + text(LEFT + long + 8, middle + 4.8, bar.amount, font_weight="600")
