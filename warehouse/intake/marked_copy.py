"""The marked copy: the sender's own workbook, each problem's cell coloured and commented, and a sheet that lists them.

An .xlsx keeps its formats, validations and widths; of other kinds a new .xlsx is made from the cells. Nothing of the
file is computed; macros and links to other files are dropped. Runs in the process that may read hostile bytes.
"""

import io
import unicodedata
from collections.abc import Sequence
from pathlib import PurePath
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.cell import Cell, MergedCell
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from warehouse.forms.formats import Book, Sheet, open_book
from warehouse.forms.formats.book import XLSM, XLSX
from warehouse.forms.formats.marks import mark_author
from warehouse.forms.problems import Problem
from warehouse.intake.file_names import clean_file_name
from warehouse.intake.marked_list import COLOURS, add_list, weight_sign
from warehouse.intake.marked_text import plain_text, write_text
from warehouse.text import load_texts

_CHARACTERS_PER_LINE = 52
_COMMENT_WIDTH, _LINE_HEIGHT, _MOST_HEIGHT = 360, 17, 560
_MAX_STEM, _MAX_SHEET_NAME = 120, 31
_MAX_WIDTH, _MIN_WIDTH = 40, 9


def marked_copy(data: bytes, file_name: str, problems: Sequence[Problem], lang: str) -> tuple[str, bytes]:
    """Return name and bytes of the marked copy in `lang` (vi, en) of a file with `problems`, in the order given.

    Of a file that cannot be opened the copy holds only the list. Possible personal data is marked in its cell and not
    repeated.
    """
    opened = open_book(data)
    book = _own_workbook(data) if opened.sheets and opened.kind in (XLSX, XLSM) else None
    if book is None:
        book = _from_grids(opened)
    sheets = {_known_as(sheet.title): sheet for sheet in book.worksheets}
    by_cell: dict[tuple[str, str], list[Problem]] = {}
    for problem in problems:
        if problem.sheet and problem.cell and _known_as(problem.sheet) in sheets:
            by_cell.setdefault((_known_as(problem.sheet), problem.cell), []).append(problem)
    for (name, cell), cell_problems in by_cell.items():
        _mark(sheets[name], cell, cell_problems, lang)
    titles = {name: sheet.title for name, sheet in sheets.items()}
    add_list(book, problems, lambda name: titles.get(_known_as(name)), lang)
    written = io.BytesIO()
    book.save(written)
    return _file_name(file_name, lang), written.getvalue()


def _own_workbook(data: bytes) -> Workbook | None:
    """Return the workbook with all that openpyxl preserves; None if openpyxl is stricter than the reader."""
    try:
        return load_workbook(io.BytesIO(data), keep_vba=False, keep_links=False)
    except (ValueError, KeyError, TypeError, IndexError, AttributeError, OSError):
        return None


def _from_grids(opened: Book) -> Workbook:
    book = Workbook()
    for sheet in list(book.worksheets):
        book.remove(sheet)
    titles: set[str] = set()
    for sheet in opened.sheets:
        _write_grid(book.create_sheet(_sheet_title(sheet.name, titles)), sheet)
    return book


def _sheet_title(name: str, titles: set[str]) -> str:
    """Return a sheet name that Excel allows and that no earlier sheet has."""
    allowed = plain_text(name).translate(dict.fromkeys(map(ord, "[]:*?/\\"), "-")).strip("'")[:_MAX_SHEET_NAME] or "-"
    title, number = allowed, 1
    while title.casefold() in titles:
        number += 1
        title = f"{allowed[: _MAX_SHEET_NAME - 4]} {number}"
    titles.add(title.casefold())
    return title


def _write_grid(goal: Worksheet, sheet: Sheet) -> None:
    widths: dict[int, int] = {}
    for row, cells in enumerate(sheet.grid, start=1):
        for column, raw in enumerate(cells, start=1):
            if raw == "":
                continue
            cell = goal.cell(row, column)
            if isinstance(raw, str):
                write_text(cell, raw)
            else:
                cell.value = raw
            widths[column] = max(widths.get(column, 0), min(len(str(raw)), _MAX_WIDTH))
    for column, width in widths.items():
        goal.column_dimensions[get_column_letter(column)].width = max(width, _MIN_WIDTH) + 2
    for top, left, bottom, right in sheet.merged:
        goal.merge_cells(start_row=top + 1, start_column=left + 1, end_row=bottom + 1, end_column=right + 1)


def _known_as(sheet_name: str) -> str:
    """Return a sheet's name independent of Unicode composition; Excel's limit on length applies to both sides."""
    return unicodedata.normalize("NFC", sheet_name).strip().casefold()[:_MAX_SHEET_NAME]


def _mark(sheet: Worksheet, place: str, problems: list[Problem], lang: str) -> None:
    cell = _shown_cell(sheet, place)
    gravest = min(problems, key=lambda problem: list(COLOURS).index(problem.severity))
    cell.fill = PatternFill("solid", start_color=COLOURS[gravest.severity])
    cell.comment = _comment(problems, lang)
    sheet.sheet_state = "visible"


def _shown_cell(sheet: Worksheet, place: str) -> Cell:
    """Return the cell, or the first cell of its merged area."""
    cell: Any = sheet[place]
    if isinstance(cell, MergedCell):
        joined = next(area for area in sheet.merged_cells.ranges if place in area)
        cell = sheet.cell(joined.min_row, joined.min_col)
    shown: Cell = cell
    return shown


def _comment(problems: list[Problem], lang: str) -> Comment:
    texts = load_texts("marked")
    texts_of = [
        texts["comment"][lang].format(
            sign=weight_sign(problem),
            weight=texts["weights"][problem.severity][lang],
            what=problem.what(lang),
            expected=problem.expected(lang),
            mend=problem.mend(lang),
        )
        for problem in problems
    ]
    text = plain_text("\n\n".join(texts_of))
    lines = sum(1 + len(line) // _CHARACTERS_PER_LINE for line in text.split("\n"))
    height = min((lines + 1) * _LINE_HEIGHT, _MOST_HEIGHT)
    return Comment(text, mark_author(text, lang), height=height, width=_COMMENT_WIDTH)


def _file_name(file_name: str, lang: str) -> str:
    stem = PurePath(clean_file_name(file_name)).stem[:_MAX_STEM]
    return f"{stem}{load_texts('marked')['file_suffix'][lang]}.xlsx"
