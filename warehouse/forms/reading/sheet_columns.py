"""Problems of a sheet's columns: missing, doubled, unknown, or with personal data."""

from typing import Any

from warehouse.forms.formats.book import Sheet
from warehouse.forms.layout import PREVIOUS_PREFIX, SheetLayout
from warehouse.forms.privacy.personal_data import fold, fold_own, sign_in_header
from warehouse.forms.problems import Problem, cell_name, quote
from warehouse.forms.reading.columns import codes_by_header, headers_above
from warehouse.forms.reading.numbers import plain
from warehouse.forms.reading.prepared import Prepared
from warehouse.forms.reading.remarks import Remarks
from warehouse.forms.reading.rows import is_total_text
from warehouse.text import load_texts


def check_columns(
    prepared: Prepared, sheet: Sheet, layout: SheetLayout, is_older: bool, spelling: Remarks
) -> list[Problem]:
    """Return every fault of the columns, at the displayed cell; nothing of an unknown column is quoted."""
    name, titles = sheet.name, _Titles(prepared, sheet)
    headers = {field.column_code: field.header_vi for field in layout.fields}
    headers |= {code: layout.key_header(code) for code in layout.key_columns}
    problems = [
        Problem("duplicate_column", name, titles.cell(position), code, {"code": code, "column": headers[code]})
        for code, position in prepared.columns.doubled
    ]
    missing = _missing_columns(prepared, layout, is_older, spelling)
    below = {code: position for code in missing if (position := titles.position_of(code, layout)) is not None}
    problems += _check_titles(prepared, sheet, layout, titles, set(below.values()))
    problems += _check_own_headers(prepared, sheet, layout)
    for code in missing:
        params = {"code": code, "column": headers[code]}
        problems.append(Problem("missing_column", name, titles.cell(below.get(code, 0)), params=params))
    return problems


def _missing_columns(prepared: Prepared, layout: SheetLayout, is_older: bool, spelling: Remarks) -> list[str]:
    """Return the required columns that are missing; an older form may lack columns that a later one added."""
    fields = {field.column_code: field for field in layout.fields}
    missing = []
    for code in layout.column_codes:
        if code in prepared.positions:
            continue
        field = fields.get(code)
        if is_older and field and not (field.is_required or field.required_when):
            spelling.note_sheet("column_not_in_form", field.header_vi)
        else:
            missing.append(code)
    return missing


class _Titles:
    """The titles of a sheet's columns, and their cells."""

    def __init__(self, prepared: Prepared, sheet: Sheet) -> None:
        columns = prepared.columns
        self._grid = prepared.grid
        self.codes = [] if columns.by_headers else sheet.grid[columns.row]
        self._row = columns.row if columns.by_headers else columns.row - 1
        self.headers = headers_above(sheet, self._row + 1)

    def cell(self, position: int) -> str:
        """Return the cell that shows a column: its header, else its code, else the first cell of its content."""
        if not self.headers[position]:
            filled = (row for row in range(max(self._row, 0), len(self._grid)) if self._grid[row][position] != "")
            return cell_name(next(filled, max(self._row, 0)), position)
        return cell_name(self._row, position)

    def position_of(self, code: str, layout: SheetLayout) -> int | None:
        """Return the column with the header of the form's column `code`."""
        known = codes_by_header(layout)
        return next((at for at, text in enumerate(self.headers) if text and known.get(fold(text)) == code), None)


def check_merged_cells(prepared: Prepared, sheet: Sheet, layout: SheetLayout) -> list[Problem]:
    """Refuse figures in cells merged over several rows or columns: they belong to none of them for certain."""
    positions = {
        prepared.positions[field.column_code] for field in layout.fields if field.column_code in prepared.positions
    }
    return [
        Problem("merged_cell", sheet.name, cell_name(top, left), quote(sheet.grid[top][left]))
        for top, left, bottom, right in sheet.merged
        if top >= prepared.columns.first_row
        and sheet.grid[top][left] != ""
        and positions.intersection(range(left, right + 1))
    ]


def _check_titles(
    prepared: Prepared, sheet: Sheet, layout: SheetLayout, titles: _Titles, explained: set[int]
) -> list[Problem]:
    """Check codes and headers for personal data and for columns that the form does not have.

    `explained` are columns without their code, which already have a problem.
    """
    columns, own = prepared.columns, set(prepared.columns.positions.values()) | explained
    own_headers = {field.header_vi for field in layout.fields}
    previous = load_texts("workbook")["previous"]
    doubled = {position for _, position in columns.doubled}
    problems = []
    for position, header in enumerate(titles.headers):
        code = plain(str(titles.codes[position])) if titles.codes else ""
        is_own = position in own or position in doubled
        is_previous = header == previous if columns.by_headers else code.startswith(PREVIOUS_PREFIX)
        kind = None if is_own or is_previous else sign_in_header(code.replace("_", " "))
        if kind is None and header and header not in own_headers:
            kind = sign_in_header(header)
        if kind:
            problems.append(Problem("personal_column", sheet.name, titles.cell(position), params={"kind": kind}))
        elif not (is_own or is_previous or _is_ignorable(prepared, position, code)):
            problems.append(Problem("unknown_column", sheet.name, titles.cell(position)))
    return problems


def _check_own_headers(prepared: Prepared, sheet: Sheet, layout: SheetLayout) -> list[Problem]:
    """Refuse the header of one column above the code of another: people follow headers, the reader follows codes.

    Only a cell's own text counts: a header that is merged over several columns may be meant for the first.
    """
    columns = prepared.columns
    if columns.by_headers or columns.row == 0:
        return []
    known, previous = codes_by_header(layout), fold_own(load_texts("workbook")["previous"])
    problems = []
    for field in layout.fields:
        position = columns.positions.get(field.column_code)
        if position is None:
            continue
        text = str(sheet.grid[columns.row - 1][position]).strip()
        if known.get(fold(text), field.column_code) != field.column_code or fold(text) == previous:
            params = {"code": field.column_code, "column": field.header_vi}
            problems.append(
                Problem("header_differs", sheet.name, cell_name(columns.row - 1, position), quote(text), params)
            )
    return problems


def _is_ignorable(prepared: Prepared, position: int, code: str) -> bool:
    """Return whether a column may be skipped: it has neither code nor content, or only numbers the rows."""
    cells = [row[position] for row in prepared.grid[prepared.columns.first_row :] if row[position] != ""]
    if position in prepared.columns.ordinals:
        return all(_is_ordinal(raw) for raw in cells)
    return not code and not cells


def _is_ordinal(raw: Any) -> bool:
    """Return whether a cell is a row's number (7, "7.", "IV", "a)") or the words of a total."""
    text = quote(raw).rstrip(".)").strip()
    return (len(text) <= 4 and text.isalnum() and text.isascii()) or is_total_text(text)
