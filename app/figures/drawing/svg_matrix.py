"""Lines and columns of cells as a document: what the grid, the wards of a district and the work contents share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from app.core.i18n import Words
from app.core.status import in_order
from app.figures.drawing import svg_document
from app.figures.drawing.svg_document import MARGIN, Caption, Rectangle
from app.figures.drawing.text_metrics import width, wrapped

CELL_HEIGHT = 27.0
GAP = 2.0
GROUP_GAP = 8.0
HEAD_PX = 12.0
HEAD_LEADING = 15.0
HEAD_EDGE = 14.0
NAME_PX = 13.0
CODE_WIDTH = 32.0
NAME_EDGE = 8.0


@dataclass(frozen=True, slots=True)
class Entry:
    """One cell: the status whose sign and colour it has, the figure beside it, and both in words.

    One that is not lit keeps its sign and figure and loses its colour.
    """

    status: str
    figure: str
    said: str
    is_doubtful: bool = False
    is_lit: bool = True


@dataclass(frozen=True, slots=True)
class Line:
    """A named line of cells, None where nothing is expected; the first of a group stands off from the one before."""

    name: str
    entries: Sequence[Entry | None]
    code: str = ""
    is_first: bool = False


@dataclass(frozen=True, slots=True)
class Shape:
    """How much room the names of the lines have, and how wide a column is."""

    names: float = 205.0
    column: float = 60.0


def matrix_chart(
    caption: Caption,
    columns: Sequence[str],
    lines: Sequence[Line],
    words: Words,
    shape: Shape | None = None,
) -> Markup:
    """Named lines below the names of their columns, and what the signs that occur mean."""
    shape = shape or Shape()
    heads = [wrapped(name, HEAD_PX, shape.column - 6, is_bold=True) for name in columns]
    y = HEAD_EDGE + HEAD_LEADING * max(2, *(len(head) for head in heads), 2)
    wide = 2 * MARGIN + shape.names + len(columns) * shape.column
    drawn = [_head(head, index, y, shape) for index, head in enumerate(heads)]
    for index, line in enumerate(lines):
        y += GROUP_GAP if index and line.is_first else 0
        drawn.append(_line(line, y, shape))
        y += CELL_HEIGHT + GAP
    shown = [entry for line in lines for entry in line.entries if entry is not None]
    statuses = in_order(entry.status for entry in shown)
    has_doubt = any(entry.is_doubtful for entry in shown)
    keys, high = svg_document.legend(statuses, y + 12, wide - 2 * MARGIN, words, has_doubt)
    body = Markup("").join([*drawn, keys])
    return svg_document.document(caption, body, (wide, high), [_story(line, columns) for line in lines])


def _head(head: Sequence[str], column: int, bottom: float, shape: Shape) -> Markup:
    middle = MARGIN + shape.names + column * shape.column + (shape.column - GAP) / 2
    first = bottom - 8 - (len(head) - 1) * HEAD_LEADING
    style = {"text_anchor": "middle", "font_weight": "600"}
    return Markup("").join(
        svg_document.text(middle, first + index * HEAD_LEADING, part, HEAD_PX, **style)
        for index, part in enumerate(head)
    )


def _line(line: Line, y: float, shape: Shape) -> Markup:
    base = y + CELL_HEIGHT / 2 + 4.6
    left = MARGIN
    drawn = Markup("")
    if line.code:
        drawn += svg_document.text(left, base, line.code, HEAD_PX, fill=svg_document.MUTED)
        left += CODE_WIDTH
    room = MARGIN + shape.names - NAME_EDGE - left
    size = min(NAME_PX, NAME_PX * room / width(line.name, NAME_PX, is_bold=True))
    drawn += svg_document.text(left, base, line.name, size, font_weight="600")
    for index, entry in enumerate(line.entries):
        if entry is not None:
            place = Rectangle(MARGIN + shape.names + index * shape.column, y, shape.column - GAP, CELL_HEIGHT)
            drawn += svg_document.cell(entry.status, entry.figure, place, entry.is_doubtful, entry.is_lit)
    return drawn


def _story(line: Line, columns: Sequence[str]) -> str:
    entries = "; ".join(
        f"{name} {entry.said}" for name, entry in zip(columns, line.entries, strict=True) if entry is not None
    )
    return f"{line.code} {line.name}: {entries}".strip()
