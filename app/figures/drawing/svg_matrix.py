"""SVG of rows and columns of cells, shared by the grid, the wards of a district and the work contents."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from markupsafe import Markup

from app.figures.drawing import svg_document
from app.figures.drawing.svg_document import MARGIN, TEXT_PX, Caption, Rectangle
from app.figures.drawing.text_metrics import width, wrapped
from app.figures.matrix import MatrixRow, MatrixSpec
from app.ui.palette import MUTED

CELL_HEIGHT = 27.0
GAP = 2.0
GROUP_GAP = 8.0
HEAD_PX = 12.0
HEAD_LEADING = 15.0
HEAD_EDGE = 14.0
NAME_PX = 13.0
CODE_WIDTH = 32.0
# Beside a long figure: its sign, and the edges of the cell.
SIGN_ROOM = 32.0
NAME_EDGE = 8.0


@dataclass(frozen=True, slots=True)
class Shape:
    """Width of the row names and of the columns."""

    names: float = 205.0
    column: float = 60.0


def matrix_chart(caption: Caption, matrix: MatrixSpec, shape: Shape) -> Markup:
    """Render named rows below the column names, and a legend of the signs that occur."""
    if matrix.has_long_figures:
        figures = max(width(cell.figure, TEXT_PX, is_bold=True) for cell in matrix.cells)
        shape = replace(shape, column=max(shape.column, figures + SIGN_ROOM))
    heads = [wrapped(column.name, HEAD_PX, shape.column - 6, is_bold=True) for column in matrix.columns]
    y = HEAD_EDGE + HEAD_LEADING * max(2, *(len(head) for head in heads), 2)
    wide = 2 * MARGIN + shape.names + len(heads) * shape.column
    parts = [_head(head, index, y, shape) for index, head in enumerate(heads)]
    for index, row in enumerate(matrix.rows):
        y += GROUP_GAP if index and row.is_first else 0
        parts.append(_row(row, y, shape))
        y += CELL_HEIGHT + GAP
    keys, high = svg_document.legend(matrix.statuses, y + 12, wide - 2 * MARGIN, matrix.has_provisional)
    body = Markup("").join([*parts, keys])
    return svg_document.document(caption, body, (wide, high), matrix.story())


def _head(head: Sequence[str], column: int, bottom: float, shape: Shape) -> Markup:
    middle = MARGIN + shape.names + column * shape.column + (shape.column - GAP) / 2
    first = bottom - 8 - (len(head) - 1) * HEAD_LEADING
    style = {"text_anchor": "middle", "font_weight": "600"}
    return Markup("").join(
        svg_document.text(middle, first + index * HEAD_LEADING, part, HEAD_PX, **style)
        for index, part in enumerate(head)
    )


def _row(row: MatrixRow, y: float, shape: Shape) -> Markup:
    base = y + CELL_HEIGHT / 2 + 4.6
    left = MARGIN
    svg = Markup("")
    if row.code:
        svg += svg_document.text(left, base, row.code, HEAD_PX, fill=MUTED)
        left += CODE_WIDTH
    room = MARGIN + shape.names - NAME_EDGE - left
    size = min(NAME_PX, NAME_PX * room / width(row.name, NAME_PX, is_bold=True))
    svg += svg_document.text(left, base, row.name, size, font_weight="600")
    for index, cell in enumerate(row.cells):
        if cell is not None:
            place = Rectangle(MARGIN + shape.names + index * shape.column, y, shape.column - GAP, CELL_HEIGHT)
            svg += svg_document.cell(cell, place)
    return svg
