"""Judges the columns of a form's sheet: what is missing, doubled, foreign, or asks for a person."""

from typing import Any

from warehouse.forms.columns import headers_above
from warehouse.forms.formats.book import Sheet
from warehouse.forms.layout import PREVIOUS_PREFIX, SheetLayout
from warehouse.forms.numbers import plain
from warehouse.forms.personal import sign_in_header
from warehouse.forms.prepared import Prepared
from warehouse.forms.problems import Problem, cell_name, quote
from warehouse.forms.remarks import Remarks
from warehouse.forms.rows import says_total
from warehouse.text import load_texts


def check_columns(
    prepared: Prepared, sheet: Sheet, layout: SheetLayout, is_older: bool, spelling: Remarks
) -> list[Problem]:
    """Every fault of the columns; of a foreign column nothing is quoted."""
    name, columns = sheet.name, prepared.columns
    problems = [
        Problem("duplicate_column", name, cell_name(columns.row, position), code, {"code": code})
        for code, position in columns.doubled
    ]
    problems += _check_titles(prepared, sheet, layout)
    fields = {field.column_code: field for field in layout.fields}
    for code in layout.column_codes:
        if code in columns.positions:
            continue
        field = fields.get(code)
        if is_older and field and not (field.is_required or field.required_when):
            spelling.note("column_not_in_form", field.header_vi, "")
        else:
            problems.append(Problem("missing_column", name, cell_name(columns.row, 0), params={"code": code}))
    return problems


def check_merged_cells(prepared: Prepared, sheet: Sheet, layout: SheetLayout) -> list[Problem]:
    """A figure in a cell that is merged over several rows or columns belongs to none of them for certain."""
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


def _check_titles(prepared: Prepared, sheet: Sheet, layout: SheetLayout) -> list[Problem]:
    """Codes and headers: a person asked for, or a column that the form does not have."""
    columns, own = prepared.columns, set(prepared.columns.positions.values())
    codes = [] if columns.by_headers else sheet.grid[columns.row]
    headers = headers_above(sheet, columns.first_row if columns.by_headers else columns.row)
    own_headers = {field.header_vi for field in layout.fields}
    previous = load_texts("workbook")["previous"]
    doubled = {position for _, position in columns.doubled}
    problems = []
    for position, header in enumerate(headers):
        code = plain(str(codes[position])) if codes else ""
        is_own = position in own or position in doubled
        is_previous = header == previous if columns.by_headers else code.startswith(PREVIOUS_PREFIX)
        kind = None if is_own or is_previous else sign_in_header(code.replace("_", " "))
        if kind is None and header and header not in own_headers:
            kind = sign_in_header(header)
        cell = cell_name(columns.row, position)
        if kind:
            problems.append(Problem("personal_column", sheet.name, cell, params={"kind": kind}))
        elif not (is_own or is_previous or _may_be_passed_over(prepared, position, code)):
            problems.append(Problem("unknown_column", sheet.name, cell))
    return problems


def _may_be_passed_over(prepared: Prepared, position: int, code: str) -> bool:
    """A column without code and content says nothing; one that numbers the rows says nothing of its own."""
    cells = [row[position] for row in prepared.grid[prepared.columns.first_row :] if row[position] != ""]
    if position in prepared.columns.ordinals:
        return all(_is_ordinal(raw) for raw in cells)
    return not code and not cells


def _is_ordinal(raw: Any) -> bool:
    """A row's number (7, "7.", "IV", "a)"), or the words of a total."""
    text = quote(raw).rstrip(".)").strip()
    return (len(text) <= 4 and text.isalnum() and text.isascii()) or says_total(text)
