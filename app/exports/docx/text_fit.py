"""How high text will stand in an official document, reckoned: only a word processor knows, and none is at hand."""

from __future__ import annotations

import math
from collections.abc import Sequence

from app.figures.drawing.text_metrics import width

PT_PER_MM = 72 / 25.4
# Times is narrower than the screen's font; lines lose a word's end at the right.
TIMES_SHARE, LOST_SHARE, LEADING = 0.84, 0.97, 1.15
# A4 less the margins above and below, less a line and a half for whoever's fonts stand a little higher.
PAGE_PT = (297 - 40) * PT_PER_MM - 18
LETTERHEAD_PT, SIGNATURE_PT = 100.0, 100.0
CELL_MM = 2.4


def text(words: str, size: float, room_mm: float, indent_mm: float = 0.0) -> float:
    """Points that a paragraph takes in a column so wide."""
    long = width(words, size) * TIMES_SHARE + indent_mm * PT_PER_MM
    lines = max(1, math.ceil(long / (room_mm * PT_PER_MM * LOST_SHARE)))
    return lines * size * LEADING


def row(texts: Sequence[str], widths_mm: Sequence[float], size: float) -> float:
    """Points that a table's row takes: its highest cell."""
    return max(text(one, size, wide - CELL_MM) for one, wide in zip(texts, widths_mm, strict=True)) + 0.8
