"""SVG of reports by reporter and quarter: the current state of each as sign, word and colour."""

from __future__ import annotations

from markupsafe import Markup

from app.core.i18n import words
from app.figures.calendar.spec import CalendarCell, CalendarColumn, CalendarRow, CalendarSpec
from app.figures.drawing import svg_document
from app.figures.drawing.status_icons import REACH, sign
from app.figures.drawing.svg_document import MARGIN, Caption
from app.figures.drawing.text_metrics import width
from app.ui.palette import MUTED

NAME_WIDTH = 210.0
CELL_WIDTH = 124.0
CELL_HEIGHT = 26.0
GAP = 2.0
HEAD_HEIGHT = 40.0
NAME_PX = 13.0
WORD_PX = 12.5


def calendar_chart(caption: Caption, calendar: CalendarSpec) -> Markup:
    """Render reporters as rows, quarters as columns; closed quarters are marked under their name."""
    wide = 2 * MARGIN + NAME_WIDTH + len(calendar.columns) * CELL_WIDTH
    parts = [_head(column, index) for index, column in enumerate(calendar.columns)]
    y = HEAD_HEIGHT
    for row in calendar.rows:
        parts.append(_row(row, y))
        y += CELL_HEIGHT + GAP
    keys, high = _legend(calendar, y + 12, wide - 2 * MARGIN)
    body = Markup("").join([*parts, keys])
    return svg_document.document(caption, body, (wide, high), calendar.story())


def _head(column: CalendarColumn, index: int) -> Markup:
    middle = MARGIN + NAME_WIDTH + index * CELL_WIDTH + (CELL_WIDTH - GAP) / 2
    svg = svg_document.text(middle, 14, column.name, 12.5, text_anchor="middle", font_weight="600")
    if column.is_locked:
        locked = words("calendar.locked")
        svg += svg_document.text(middle, 31, locked, 11.5, text_anchor="middle", fill=MUTED)
    return svg


def _row(row: CalendarRow, y: float) -> Markup:
    size = min(NAME_PX, NAME_PX * (NAME_WIDTH - 12) / width(row.name, NAME_PX, is_bold=True))
    svg = svg_document.text(MARGIN, y + CELL_HEIGHT / 2 + 4.6, row.name, size, font_weight="600")
    for index, cell in enumerate(row.cells):
        if cell is not None:
            svg += _cell(cell, MARGIN + NAME_WIDTH + index * CELL_WIDTH, y)
    return svg


def _cell(cell: CalendarCell, left: float, top: float) -> Markup:
    ink = svg_document.cell_ink_of(cell.state)
    reach = REACH[cell.state]
    start = left + (CELL_WIDTH - GAP - 2 * reach - 5 - width(cell.label, WORD_PX)) / 2
    middle = top + CELL_HEIGHT / 2
    svg = svg_document.status_box(cell.state, left, top, CELL_WIDTH - GAP, CELL_HEIGHT)
    svg += sign(cell.state, start + reach, middle, ink)
    return svg + svg_document.text(start + 2 * reach + 5, middle + 4.4, cell.label, WORD_PX, fill=ink)


def _legend(calendar: CalendarSpec, y: float, room: float) -> tuple[Markup, float]:
    keys, bottom = svg_document.legend(calendar.legend, y, room, has_provisional=False)
    keys += svg_document.text(MARGIN, bottom + 5, words("calendar.version_legend"), svg_document.SMALL_PX)
    return keys, bottom + 24
