"""Estimated height of text in an official document: only a word processor knows it, and none is available."""

from __future__ import annotations

import math
from collections.abc import Sequence

from app.figures.drawing.text_metrics import width

PT_PER_MM = 72 / 25.4
# Times is narrower than the screen's font; lines lose a word's end at the right.
TIMES_SHARE, LOST_SHARE, LEADING = 0.84, 0.97, 1.15
# A4 minus the margins above and below, minus a line and a half for fonts that are slightly higher.
PAGE_PT = (297 - 40) * PT_PER_MM - 18
LETTERHEAD_PT, SIGNATURE_PT = 100.0, 100.0
CELL_MM = 2.4


def paragraph_height(text: str, size: float, room_mm: float, indent_mm: float = 0.0) -> float:
    """Return the height of a paragraph in a column of a width, in points."""
    length_pt = width(text, size) * TIMES_SHARE + indent_mm * PT_PER_MM
    lines = max(1, math.ceil(length_pt / (room_mm * PT_PER_MM * LOST_SHARE)))
    return lines * size * LEADING


def row_height(texts: Sequence[str], widths_mm: Sequence[float], size: float) -> float:
    """Return the height of a table's row, that of its highest cell, in points."""
    return (
        max(paragraph_height(text, size, width_mm - CELL_MM) for text, width_mm in zip(texts, widths_mm, strict=True))
        + 0.8
    )
