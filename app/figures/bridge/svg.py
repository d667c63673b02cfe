"""A bridge as an SVG document."""

from __future__ import annotations

from markupsafe import Markup

from app.figures.bridge.spec import BridgeBar, BridgeSpec
from app.figures.drawing.svg_document import MARGIN, TEXT_PX, Caption, box, document, text
from app.figures.drawing.text_metrics import width
from app.ui.palette import LIGHT, MUTED

WIDE = 1000.0
NAME_WIDTH, AMOUNT_WIDTH = 330.0, 90.0
ROW, BAR = 40.0, 20.0
LEFT = MARGIN + NAME_WIDTH
TRACK = WIDE - LEFT - AMOUNT_WIDTH - MARGIN
FILLS = {"total": LIGHT["ink"], "up": LIGHT["series-1"], "down": LIGHT["series-2"], "level": LIGHT["line"]}
NARROWEST = 3.0


def bridge_chart(caption: Caption, spec: BridgeSpec) -> Markup:
    """Render the bars below each other, each from where the one above it ends."""
    body = Markup("").join(_bar(bar, number * ROW, spec) for number, bar in enumerate(spec.bars))
    return document(caption, body, (WIDE, ROW * len(spec.bars)), spec.story)


def _bar(bar: BridgeBar, y: float, spec: BridgeSpec) -> Markup:
    middle = y + ROW / 2
    svg = _fitted(bar.name, middle - 1 if bar.note else middle + 4.8, TEXT_PX, LIGHT["ink"])
    if bar.note:
        svg += _fitted(bar.note, middle + 14, 11.5, MUTED)
    start, end = (LEFT + TRACK * spec.place(value) / 100.0 for value in (bar.low, bar.high))
    svg += box(start, middle - BAR / 2, max(end - start, NARROWEST), BAR, fill=FILLS[bar.kind])
    return svg + text(WIDE - MARGIN, middle + 4.8, bar.amount, text_anchor="end", font_weight="600")


def _fitted(words: str, y: float, size: float, fill: str) -> Markup:
    """Render a text that ends before the bars, smaller where it is too long."""
    room = min(size, size * (NAME_WIDTH - 12) / width(words, size))
    return text(LEFT - 12, y, words, room, text_anchor="end", fill=fill)
