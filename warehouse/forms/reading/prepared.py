"""A form's sheet prepared for reading: columns matched, merged keys repeated, columns of old encodings decoded."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

from warehouse.forms.formats.book import Grid, Sheet
from warehouse.forms.formats.legacy_text import column_encoding, decode, shows_signs
from warehouse.forms.layout import UNIT_CODE, UNIT_NAME, SheetLayout
from warehouse.forms.privacy.personal_data import fold
from warehouse.forms.problems import UnreadableCellError
from warehouse.forms.reading.cells import parser_for
from warehouse.forms.reading.columns import Columns, find_columns
from warehouse.forms.reading.rows import RowIdentity
from warehouse.forms.reading.unit_names import meant_code
from warehouse.reference import FormColumn, Reference


@dataclass
class Prepared:
    """The sheet's columns and cells; `encodings` by the code of each column that was decoded."""

    columns: Columns
    grid: Grid
    filled_cells: int
    encodings: dict[str, str]

    @property
    def positions(self) -> dict[str, int]:
        """Return the columns' positions by code."""
        return self.columns.positions


def prepare(sheet: Sheet, layout: SheetLayout, reference: Reference, identity: RowIdentity | None) -> Prepared:
    """Prepare a sheet. Without `identity` (the reporter is unknown) names are left unchanged."""
    columns = find_columns(sheet, layout)
    prepared = Prepared(columns, sheet.grid, 0, {})
    if columns.problem:
        return prepared
    if sheet.merged:
        _repeat_merged_keys(prepared, sheet, layout)
    _decode_columns(prepared, layout, reference, identity)
    return prepared


def _repeat_merged_keys(prepared: Prepared, sheet: Sheet, layout: SheetLayout) -> None:
    """Copy a key that the file merges over several rows to each of them; no other cell is repeated."""
    keys = {prepared.positions[code]: code for code in layout.key_columns if code in prepared.positions}
    for top, left, bottom, right in sheet.merged:
        if top < prepared.columns.first_row or top == bottom or sheet.grid[top][left] == "":
            continue
        if not all(position in keys for position in range(left, right + 1)):
            continue
        for index in range(top + 1, bottom + 1):
            _write(prepared, sheet, index, left, sheet.grid[top][left])
            prepared.filled_cells += 1


def _write(prepared: Prepared, sheet: Sheet, index: int, position: int, value: Any) -> None:
    if prepared.grid is sheet.grid:
        prepared.grid = [list(row) for row in sheet.grid]
    prepared.grid[index][position] = value


def _decode_columns(
    prepared: Prepared, layout: SheetLayout, reference: Reference, identity: RowIdentity | None
) -> None:
    positions = prepared.positions
    if identity and UNIT_NAME in positions:
        _decode(prepared, UNIT_NAME, identity.knows, identity.names)
    if identity and UNIT_CODE in positions:
        units, knows = identity.units, identity.knows
        _decode(prepared, UNIT_CODE, lambda text: meant_code(text, units) in units or knows(text), units.keys())
    if identity and layout.category_column in positions:
        known = identity.categories
        _decode(prepared, str(layout.category_column), lambda text: _is_known(known, text), known.keys())
    for column in layout.fields:
        if column.column_code in positions and column.code_list:
            labels = [code.label_vi for code in reference.code_lists[column.code_list]]
            _decode(prepared, column.column_code, _accepts(column, reference), labels)
        elif column.column_code in positions and column.data_type == "text":
            _decode_free_text(prepared, column.column_code)


def _is_known(categories: dict[str, str], text: str) -> bool:
    return text in categories or fold(text) in categories


def _accepts(column: FormColumn, reference: Reference) -> Callable[[str], bool]:
    def accepts(text: str) -> bool:
        try:
            parser_for(column, reference.code_lists)(text)
        except UnreadableCellError:
            return False
        return True

    return accepts


def _texts(prepared: Prepared, code: str) -> set[str]:
    position = prepared.positions[code]
    rows = prepared.grid[prepared.columns.first_row :]
    return {row[position] for row in rows if isinstance(row[position], str) and row[position] != ""}


def _decode(prepared: Prepared, code: str, is_certain: Callable[[str], bool], usual: Collection[str]) -> None:
    texts = _texts(prepared, code)
    if any(text not in usual for text in texts):
        encoding = column_encoding(texts, is_certain)
        if encoding:
            _replace(prepared, code, encoding)


def _decode_free_text(prepared: Prepared, code: str) -> None:
    """Decode free text, which proves no encoding, like the column of names, if all of it can and some of it must be."""
    encoding = prepared.encodings.get(UNIT_NAME)
    texts = _texts(prepared, code) if encoding else set()
    if encoding and any(map(shows_signs, texts)) and all(decode(text, encoding) is not None for text in texts):
        _replace(prepared, code, encoding)


def _replace(prepared: Prepared, code: str, encoding: str) -> None:
    position = prepared.positions[code]
    rows = [list(row) for row in prepared.grid]
    for row in rows[prepared.columns.first_row :]:
        if isinstance(row[position], str):
            row[position] = decode(row[position], encoding) or ""
    prepared.grid = rows
    prepared.encodings[code] = encoding
