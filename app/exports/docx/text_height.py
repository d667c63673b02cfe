"""Estimated height of a document: only a word processor knows it, and none is available.

Sizes, spaces and widths are read from the document, so a restyled template changes the estimate.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from docx.document import Document
from docx.section import Section
from docx.shared import Length, Pt, Twips
from docx.table import Table
from docx.text.paragraph import Paragraph

from app.figures.drawing.text_metrics import width

# Times is narrower than the screen's font; lines lose a word's end at the right.
TIMES_SHARE, LOST_SHARE, LEADING = 0.84, 0.97, 1.15
# Two lines and a half, for word processors that set lines slightly higher or break them earlier.
RESERVE = Pt(36)
RULE = Pt(0.8)


@dataclass(frozen=True)
class _Spacing:
    """What the height of a style's paragraphs is made of."""

    size: int
    indent: int
    before: int
    after: int
    line: float


# Spacing by style; a document has a dozen styles and hundreds of paragraphs.
_Known = dict[str | None, _Spacing]


def fits_one_page(document: Document) -> bool:
    """Return whether the content of a document is estimated, rather too high, to fit one page."""
    section = document.sections[0]
    room = text_width(section)
    known: _Known = {}
    height = sum(
        _table_height(block, known) if isinstance(block, Table) else _paragraph_height(block, room, known)
        for block in document.iter_inner_content()
    )
    return height <= _less(section.page_height, section.top_margin, section.bottom_margin) - RESERVE


def text_width(section: Section) -> int:
    """Return the width between a section's margins, in EMU."""
    return _less(section.page_width, section.left_margin, section.right_margin)


def _less(whole: Length | None, *parts: Length | None) -> int:
    return (whole or 0) - sum(part or 0 for part in parts)


def _table_height(table: Table, known: _Known) -> float:
    """Return the height of a table: in each row, that of the highest cell."""
    style: Any = table.style
    sides = style.element.xpath("w:tblPr/w:tblCellMar/*[self::w:left or self::w:right]/@w:w")
    padding = sum(int(twips) for twips in sides) * Twips(1)
    rooms = [(column.width or 0) - padding for column in table.columns]
    return sum(
        RULE
        + max(
            sum(_paragraph_height(paragraph, room, known) for paragraph in cell.paragraphs)
            for cell, room in zip(row.cells, rooms, strict=True)
        )
        for row in table.rows
    )


def _paragraph_height(paragraph: Paragraph, room: float, known: _Known) -> float:
    """Return the height of a paragraph in a column of a width, both in EMU."""
    name = paragraph._p.style
    own = known.get(name) or known.setdefault(name, _spacing(paragraph.style))
    needed = width(paragraph.text, own.size) * TIMES_SHARE + own.indent
    lines = max(1, math.ceil(needed / (room * LOST_SHARE)))
    return float(own.before + lines * own.line + own.after)


def _spacing(style: Any) -> _Spacing:
    lineage = [*_lineage(style)]
    size, indent, before, after, spacing = (
        _inherited(lineage, name)
        for name in (
            "font.size",
            "paragraph_format.first_line_indent",
            "paragraph_format.space_before",
            "paragraph_format.space_after",
            "paragraph_format.line_spacing",
        )
    )
    line = spacing if isinstance(spacing, Length) else size * LEADING * (spacing or 1)
    return _Spacing(size, indent, before, after, line)


def _lineage(style: Any) -> Iterator[Any]:
    """Return a style and those that it is based on, the nearest first. python-docx searches all styles for each."""
    while style is not None:
        yield style
        style = style.base_style


def _inherited(lineage: Iterable[Any], name: str) -> Any:
    """Return a property of the nearest style that has it; 0 where none has."""
    found = map(attrgetter(name), lineage)
    return next((own for own in found if own is not None), 0)
