"""Forms as an officer fills them: the downloaded form, the sample's figures typed in, then whatever a test changes."""

import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.worksheet.worksheet import Worksheet

CODES = "unit_code"
KEYS = ("unit_code", "establishment_type", "task_code", "category")
B1, B4 = "B1 Truyền thông", "B4 Tập huấn"
Rows = dict[tuple[Any, ...], dict[str, tuple[int, int]]]
Edits = Mapping[tuple[str, str, str], Any]


def fill(form: Path, sample: Path, goal: Path, edits: Edits | None = None) -> Path:
    """Type the sample's figures into the cells of `form` to be filled in, then `edits` by sheet, unit, column."""
    book, source = openpyxl.load_workbook(form), openpyxl.load_workbook(sample, data_only=True)
    for sheet in book.worksheets:
        if sheet.title not in source.sheetnames:
            continue
        theirs, ours = cells_of(source[sheet.title]), cells_of(sheet)
        for key, cells in ours.items():
            for column, (row, place) in cells.items():
                if column not in KEYS and key in theirs and column in theirs[key]:
                    sheet.cell(row, place).value = source[sheet.title].cell(*theirs[key][column]).value
    _label(book, source)
    _edit(book, edits or {})
    book.save(goal)
    return goal


def changed(sample: Path, goal: Path, edits: Edits) -> Path:
    """A sample workbook with `edits`."""
    shutil.copy(sample, goal)
    book = openpyxl.load_workbook(goal)
    _edit(book, edits)
    book.save(goal)
    return goal


def address(path: Path, sheet: str, unit: str, column: str) -> str:
    """Which cell holds a unit's column, as people write it."""
    book = openpyxl.load_workbook(path)
    row, place = _place(book[sheet], unit, column)
    return str(book[sheet].cell(row, place).coordinate)


def value(path: Path, sheet: str, unit: str, column: str) -> Any:
    """What stands in a unit's column."""
    book = openpyxl.load_workbook(path, data_only=True)
    return book[sheet].cell(*_place(book[sheet], unit, column)).value


def comment(path: Path, sheet: str, unit: str, column: str) -> str:
    """The comment at a unit's column, with what stands there."""
    cell = openpyxl.load_workbook(path)[sheet].cell(*_place(openpyxl.load_workbook(path)[sheet], unit, column))
    return f"{cell.value}: {cell.comment.text if cell.comment else ''}"


def cells_of(sheet: Worksheet) -> Rows:
    """Places of cells by what their row is about and by column code; nothing for a sheet without a row of codes."""
    head = next((row for row in sheet.iter_rows(max_row=20) if row[0].value == CODES), None)
    if head is None:
        return {}
    columns = {str(cell.value): cell.column for cell in head if cell.value}
    return {
        tuple(sheet.cell(row, columns[name]).value for name in KEYS if name in columns): {
            name: (row, place) for name, place in columns.items()
        }
        for row in _rows(sheet, head[0].row)
    }


def _rows(sheet: Worksheet, head: int) -> Iterator[int]:
    return (row for row in range(head + 1, sheet.max_row + 1) if str(sheet.cell(row, 1).value or "").isdigit())


def _place(sheet: Worksheet, unit: str, column: str) -> tuple[int, int]:
    return next(cells[column] for key, cells in cells_of(sheet).items() if str(key[0]) == unit)


def _edit(book: openpyxl.Workbook, edits: Edits) -> None:
    for (sheet, unit, column), value in edits.items():
        row, place = _place(book[sheet], unit, column)
        book[sheet].cell(row, place).value = value


def _label(book: openpyxl.Workbook, source: openpyxl.Workbook) -> None:
    """Sample figures stay labelled as such."""
    ours, theirs = book.worksheets[0], source.worksheets[0]
    labels = {row[0].value: row[2].value for row in theirs.iter_rows(max_col=3)}
    for row in ours.iter_rows(max_col=3):
        if row[0].value == "data_label":
            row[2].value = labels.get("data_label")
