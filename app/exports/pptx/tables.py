"""Tables of a slide: rows of texts, and the grid of signs."""

from __future__ import annotations

from collections.abc import Sequence

from pptx.enum.text import PP_ALIGN
from pptx.oxml.ns import qn
from pptx.slide import Slide as PptxSlide
from pptx.table import _Cell
from pptx.util import Inches

from app.core.formatting import shortened
from app.core.status import is_unsure, sign_of
from app.deck.model import Cell, Mark, Matrix, Table, cell_text, signed_text
from app.figures.drawing.pptx_canvas import (
    BODY,
    BODY_PT,
    MUTED,
    PAPER,
    PT_PER_INCH,
    SMALL_PT,
    Box,
    Line,
    cell_fill_of,
    cell_ink_of,
    edge_of,
    element,
    lines_in,
    solid,
    text_width,
)
from app.figures.drawing.pptx_canvas import write as write_text
from app.ui.palette import PROJECTOR

# Empty rows to type into where nothing is decided yet.
EMPTY_ROWS = 4
ROW_HEIGHT, NAMES_WIDTH, COUNT_WIDTH = 0.4, 2.5, 0.75
# Column headings: names in at most this many lines, or rotated where the columns are too narrow.
HEAD_LINES, HEAD_HEIGHT, TURNED_HEIGHT, TURNED_LETTERS = 2, 0.6, 1.3, 18
# Sizes of a table's letters: the largest at which it fits the slide.
SIZES = (BODY_PT, BODY_PT - 2, SMALL_PT)
# Margin of a cell's text, in inches.
CELL_SIDE = 0.05
CELL_TOP = 0.03
LEADING = 1.2
# Two points, and half a point.
OUTLINE_EMU, EDGE_EMU = 25400, 6350
NO_STYLE = "{2D5ABB26-0587-4C30-8999-92F81FD0307C}"


def rows_table(slide: PptxSlide, block: Table, lang: str, box: Box = BODY) -> float:
    """Add a table with headings and return its height in inches.

    Long tables use a smaller font to stay in their box.
    """
    rows = block.rows or tuple(tuple("" for _ in block.headings) for _ in range(EMPTY_ROWS))
    table = _table(slide, len(rows) + 1, len(block.headings), box, ROW_HEIGHT * (len(rows) + 1))
    widths = [box.width * share / sum(block.widths) for share in block.widths]
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Inches(width)
    every = (block.headings, *rows)
    heights_of = {size: [_height(row, widths, size) for row in every] for size in SIZES}
    fitting = (size for size in SIZES if sum(heights_of[size]) <= box.height and _holds_words(every, widths, size))
    size = next(fitting, SMALL_PT)
    for place, heading in enumerate(block.headings):
        _set(table.cell(0, place), Line(heading, size, True, MUTED), lang)
    for number, row in enumerate(rows, start=1):
        for place, cell in enumerate(row):
            target = table.cell(number, place)
            if isinstance(cell, Mark):
                line = Line(signed_text(cell), size, True, cell_ink_of(cell.status))
                _set(target, line, lang, cell_fill_of(cell.status))
            else:
                _set(target, Line(cell_text(cell), size), lang)
    for row, height in zip(table.rows, heights_of[size], strict=True):
        row.height = Inches(height)
    return sum(heights_of[size])


def _height(row: Sequence[Cell], widths: Sequence[float], size: float) -> float:
    """Return the height of a table's row in inches, that of its cell with most lines."""
    texts = [signed_text(cell).split("\n") for cell in row]
    lines = max(
        sum(len(lines_in(line, wide - 2 * CELL_SIDE, size)) for line in text)
        for text, wide in zip(texts, widths, strict=True)
    )
    return max(ROW_HEIGHT, lines * size * LEADING / PT_PER_INCH + 2 * CELL_TOP)


def _holds_words(rows: Sequence[Sequence[Cell]], widths: Sequence[float], size: float) -> bool:
    """Return whether each word, such as a date, fits its column: programs break a longer word anywhere."""
    cells = [cell for row in rows for cell in zip(row, widths, strict=True)]
    return all(
        text_width(word, size, is_bold=isinstance(cell, Mark)) <= wide - 2 * CELL_SIDE
        for cell, wide in cells
        for word in signed_text(cell).split()
    )


def _fits(name: str, cell_width: float) -> bool:
    """Return whether a name fits horizontally above a column of a width in inches."""
    lines = lines_in(name, cell_width, SMALL_PT, is_bold=True)
    return len(lines) <= HEAD_LINES and all(text_width(line, SMALL_PT, is_bold=True) <= cell_width for line in lines)


def _on_one_line(name: str, width: float) -> str:
    """Return a name, cut where it would need a second line of a width in inches: higher rows leave the slide."""
    cut = (shortened(name, most) for most in range(len(name), 1, -1))
    return next(text for text in cut if text_width(text, SMALL_PT, is_bold=True) <= width)


def matrix_table(slide: PptxSlide, block: Matrix, lang: str) -> None:
    """Add targets by units as signs on the statuses' colours."""
    box = BODY
    table = _table(slide, len(block.rows) + 1, len(block.columns) + 2, box, box.height - 0.45)
    cell_width = (box.width - NAMES_WIDTH - COUNT_WIDTH) / max(1, len(block.columns))
    widths = [NAMES_WIDTH, *[cell_width] * len(block.columns), COUNT_WIDTH]
    for column, inches in zip(table.columns, widths, strict=True):
        column.width = Inches(inches)
    names = (*block.columns, block.count_heading)
    is_turned = not all(_fits(name, inches) for name, inches in zip(names, widths[1:], strict=True))
    if is_turned:
        names = tuple(shortened(name, TURNED_LETTERS) for name in names)
        longest = max(text_width(name, SMALL_PT, is_bold=True) for name in names)
        head_height = max(TURNED_HEIGHT, longest + 2 * CELL_SIDE)
    else:
        head_height = HEAD_HEIGHT
    table.rows[0].height = Inches(head_height)
    for row in list(table.rows)[1:]:
        row.height = Inches((box.height - 0.45 - head_height) / len(block.rows))
    _set(table.cell(0, 0), Line(block.corner, SMALL_PT, False, MUTED), lang)
    for place, name in enumerate(names, start=1):
        head = table.cell(0, place)
        if is_turned:
            _set(head, Line(name, SMALL_PT, True), lang)
            head._tc.get_or_add_tcPr().set("vert", "vert270")
        else:
            _set(head, Line(name, SMALL_PT, True), lang, align=PP_ALIGN.CENTER)
            head.margin_left = head.margin_right = 0
    for number, row in enumerate(block.rows, start=1):
        _set(table.cell(number, 0), Line(_on_one_line(row.name, NAMES_WIDTH - 2 * CELL_SIDE), SMALL_PT, True), lang)
        for place, status in enumerate(row.statuses, start=1):
            if status is not None:
                cell = table.cell(number, place)
                line = Line(sign_of(status), SMALL_PT, False, cell_ink_of(status))
                _set(cell, line, lang, cell_fill_of(status), PP_ALIGN.CENTER)
                if is_unsure(status):
                    _outline(cell, edge_of(status))
                # Two signs side by side fill a column of a city of 22 districts.
                cell.margin_left = cell.margin_right = 0
        _set(
            table.cell(number, len(row.statuses) + 1),
            Line(row.count_text, SMALL_PT, True),
            lang,
            align=PP_ALIGN.RIGHT,
        )
    keys = "   ".join(f"{sign_of(status)} {word}" for status, word in block.legend)
    bottom = Box(box.left, box.top + box.height - 0.32, box.width, 0.3)
    shape = slide.shapes.add_textbox(*bottom.emu())
    shape.text_frame.margin_left = 0
    write_text(shape.text_frame, [Line(keys, SMALL_PT)], lang)


def _outline(cell: _Cell, edge: str) -> None:
    """Add an outline to a cell, which python-pptx does not support."""
    properties = cell._tc.get_or_add_tcPr()
    # In the order required by the format, before the cell's fill.
    for place, side in enumerate(("a:lnL", "a:lnR", "a:lnT", "a:lnB")):
        properties.insert(place, element(side, solid(edge), w=str(OUTLINE_EMU)))


def _table(slide: PptxSlide, rows: int, columns: int, box: Box, height: float):  # type: ignore[no-untyped-def]
    left, top, width, _ = box.emu()
    frame = slide.shapes.add_table(rows, columns, left, top, width, Inches(height))
    table = frame.table
    # The plain style: no bands, thin lines; the fills are our own.
    properties = table._tbl.tblPr
    style = properties.find(qn("a:tableStyleId")) if properties is not None else None
    if style is not None:
        style.text = NO_STYLE
    table.horz_banding = False
    return table


def _set(cell: _Cell, line: Line, lang: str, fill: str = PAPER, align: PP_ALIGN = PP_ALIGN.LEFT) -> None:
    """Write a line into a cell on a fill, with a thin line below; python-pptx does not support borders."""
    side, top = str(Inches(CELL_SIDE)), str(Inches(CELL_TOP))
    edge = element("a:lnB", solid(PROJECTOR["faint"]), w=str(EDGE_EMU))
    margins = {"marL": side, "marR": side, "marT": top, "marB": top}
    properties = element("a:tcPr", edge, solid(fill), **margins, anchor="ctr")
    cell._tc.replace(cell._tc.get_or_add_tcPr(), properties)
    cell.text_frame.word_wrap = True
    write_text(cell.text_frame, [line], lang, align)
