"""Reports as columns: a Parquet file with the rows of all forms of one report, for reports that programs write by the
thousand.

Each row names its `form_code` and `unit_code`, a category or task where the form has them, and has a column for every
column of every form; those of other forms are null. The columns of `COVER` hold what the cover of a workbook holds, the
same in every row. Cells hold codes, numbers and dates as the raw tables do.

Such files are read outside the sandbox, so only commands take them: uploads are workbooks.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from warehouse.forms.formats.book import MAX_ROWS, PARQUET, Book, Grid, Sheet, UnreadableFileError, refuse
from warehouse.forms.formats.opening import judged_book
from warehouse.forms.layout import (
    SQL_TYPES,
    TASK_NAME,
    UNIT_CODE,
    UNIT_NAME,
    FormValues,
    SheetLayout,
    WorkbookLayout,
    cover_sheet_name,
    raw_columns,
    sheet_layout,
    workbook_layout,
)
from warehouse.forms.problems import UnreadableCellError
from warehouse.forms.reading.cells import Parser, parser_for, unknown_cell
from warehouse.forms.reading.cover import read_cover
from warehouse.forms.reading.rows import RowIdentity
from warehouse.reference import FormColumn, Reference, Unit

ARROW_TYPES = {
    "bigint": pa.int64(),
    "integer": pa.int32(),
    "double": pa.float64(),
    "varchar": pa.string(),
    "date": pa.date32(),
    "timestamp": pa.timestamp("us"),
    "boolean": pa.bool_(),
}
FORM_CODE = "form_code"
COVER = ("form_version", "reporter_code", "period_code", "data_label")
# Names of units and tasks are for people who fill in a workbook.
_NAMES = (UNIT_NAME, TASK_NAME)
# The row of codes is the first of a sheet, so the first row of data is the second.
_FIRST_ROW = 2
_MAX_SHOWN = 60
_SIMPLE = (
    pa.types.is_null,
    pa.types.is_boolean,
    pa.types.is_integer,
    pa.types.is_floating,
    pa.types.is_string,
    pa.types.is_large_string,
    pa.types.is_date,
)


def write_columnar(
    path: Path, reference: Reference, layout: WorkbookLayout, values: Mapping[str, FormValues], label: str = ""
) -> None:
    """Write a report to a file; `values` are by form, row and column, `label` marks a sample.

    Every row of the layout is written. The same content gives the same bytes. Raises OSError.
    """
    types = _column_types(reference)
    rows = []
    for sheet in layout.sheets:
        own = values.get(sheet.form.form_code, {})
        for unit, category in sheet.row_keys:
            row = dict(own.get((unit.unit_code, category), {})) | {FORM_CODE: sheet.form.form_code}
            row[UNIT_CODE] = unit.unit_code
            if sheet.category_column:
                row[sheet.category_column] = category
            rows.append(row)
    columns = {name: pa.array([row.get(name) for row in rows], kind) for name, kind in types.items()}
    cover = (layout.form_version, layout.reporter.unit_code, layout.period.period_code, label or None)
    constant = {name: pa.array([text] * len(rows), pa.string()) for name, text in zip(COVER, cover, strict=True)}
    pq.write_table(pa.table(constant | columns), path, compression="zstd")


def _column_types(reference: Reference) -> dict[str, pa.DataType]:
    """Return the types of all columns but the cover's; text where forms disagree on the type of a column."""
    types: dict[str, pa.DataType] = {FORM_CODE: pa.string(), UNIT_CODE: pa.string()}
    for form in reference.forms.values():
        layout = sheet_layout(reference, form, (), None)
        own = {field.column_code: ARROW_TYPES[SQL_TYPES[field.data_type]] for field in layout.fields}
        if layout.category_column:
            own[layout.category_column] = pa.string()
        for name, kind in own.items():
            types[name] = kind if types.get(name, kind) == kind else pa.string()
    return types


def columnar_book(data: bytes, reference: Reference) -> Book:
    """Return a file as the sheets of a workbook, so that it is judged by the same rules, or why it cannot be read."""
    try:
        table = _read(data)
    except UnreadableFileError as error:
        return Book(PARQUET, problems=(error.problem,))
    return judged_book(PARQUET, _sheets(table, reference))


def _sheets(table: pa.Table, reference: Reference) -> list[Sheet]:
    known = {*COVER, FORM_CODE}
    known |= {
        code for form in reference.forms.values() for code in sheet_layout(reference, form, (), None).column_codes
    }
    unknown = [name for name in table.column_names if name not in known]
    sheets = [_cover_sheet(table)]
    for form_code, own in _by_form(table):
        form = reference.forms.get(form_code)
        codes = sheet_layout(reference, form, (), None).column_codes if form else ()
        # A column that no form has is reported once.
        names = [code for code in codes if code in own.column_names or code in _NAMES]
        names += unknown if len(sheets) == 1 else []
        sheets.append(Sheet(form.sheet_name if form else form_code, [names, *_cells(own, names)]))
    return sheets


def landed_columns(path: Path, reference: Reference) -> dict[str, pa.Table]:
    """Return the rows of an accepted file by form, columns as `layout.raw_columns` after `submission_id`.

    Cells have the values that the reading of a workbook gives; wholly blank rows are left out. Raises
    UnknownCellError for a cell that today's seeds do not know, UnknownRowError for such a unit or category,
    UnreadableFileError for a damaged file, LookupError for a reporter or period that is not in the seeds.
    """
    table = _read(path.read_bytes())
    cover = read_cover(_cover_sheet(table), reference, None)
    if not (cover.reporter and cover.period):
        raise LookupError
    layout = workbook_layout(reference, cover.reporter, cover.period.period_code)
    tables = dict(_by_form(table))
    return {
        sheet.form.form_code: _typed(tables[sheet.form.form_code], layout, sheet, reference)
        for sheet in layout.sheets
        if sheet.form.form_code in tables
    }


def _typed(table: pa.Table, layout: WorkbookLayout, sheet: SheetLayout, reference: Reference) -> pa.Table:
    columns: dict[str, pa.Array] = {"row_number": pa.array(range(_FIRST_ROW, _FIRST_ROW + len(table)), pa.int64())}
    is_filled = pa.array([False] * len(table))
    for field in sheet.fields:
        code, kind = field.column_code, ARROW_TYPES[SQL_TYPES[field.data_type]]
        if code not in table.column_names:
            columns[code] = pa.nulls(len(table), kind)
            continue
        parse = _trusted_parser(sheet.form.sheet_name, field, reference)
        columns[code] = _mapped(table.column(code).combine_chunks(), parse, kind)
        is_filled = pc.or_(is_filled, columns[code].is_valid())
    keys = _Keys(layout, sheet, reference)
    columns |= {name: table.column(name).combine_chunks() for name in (UNIT_CODE, sheet.category_column) if name}
    columns = _where(is_filled, columns)
    columns = _where(_mapped(columns[UNIT_CODE], keys.is_unit, pa.bool_()), columns)
    units = columns[UNIT_CODE]
    columns[UNIT_CODE] = _mapped(units, lambda raw: keys.unit(raw).unit_code, pa.string())
    columns["unit_valid_from"] = _mapped(units, lambda raw: keys.unit(raw).valid_from, pa.date32())
    if category := sheet.category_column:
        columns[category] = _mapped(columns[category], keys.category, pa.string())
    return pa.table({name: columns[name] for name, _ in raw_columns(reference, sheet.form.form_code)})


def _trusted_parser(sheet: str, field: FormColumn, reference: Reference) -> Parser:
    """Return the parser of a column, which raises UnknownCellError for a value that it does not know."""
    parse = parser_for(field, reference.code_lists)

    def parse_trusted(raw: Any) -> Any:
        try:
            return parse(raw)
        except UnreadableCellError as fault:
            raise unknown_cell(fault, field, raw, sheet) from fault

    return parse_trusted


class _Keys:
    """Units and categories of a form by what its rows state: nearly always their codes, else as in a workbook."""

    def __init__(self, layout: WorkbookLayout, sheet: SheetLayout, reference: Reference) -> None:
        self._layout, self._sheet, self._reference = layout, sheet, reference
        self._units = {unit.unit_code: unit for unit in sheet.units}

    @cached_property
    def _identity(self) -> RowIdentity:
        return RowIdentity(self._reference, self._layout, self._sheet)

    def is_unit(self, raw: Any) -> bool:
        """Return whether a row is that of a unit, and no total."""
        return raw in self._units or not self._identity.total_of([raw], {UNIT_CODE: 0})

    def unit(self, raw: Any) -> Unit:
        """Return the row's unit. Raises UnknownRowError."""
        return self._units.get(raw) or self._identity.unit_of([raw], {UNIT_CODE: 0})

    def category(self, raw: Any) -> str:
        """Return the row's category. Raises UnknownRowError."""
        if raw in self._sheet.categories:
            return str(raw)
        return self._identity.category_of([raw], {self._sheet.category_column or "": 0})


def _where(is_kept: pa.Array, columns: dict[str, pa.Array]) -> dict[str, pa.Array]:
    """Return the rows that are kept: nearly always all of them."""
    if pc.all(is_kept, min_count=0).as_py():
        return columns
    return {name: cells.filter(is_kept) for name, cells in columns.items()}


def _mapped(cells: pa.Array, parse: Any, kind: pa.DataType) -> pa.Array:
    """Return the parsed cells: each different value is parsed once; a null stays null."""
    coded = pc.dictionary_encode(cells)
    parsed = pa.array([parse(value) for value in coded.dictionary.to_pylist()], kind)
    return parsed.take(coded.indices)


def _read(data: bytes) -> pa.Table:
    """Return the rows of a file. Raises UnreadableFileError for a damaged file, or one of another layout."""
    try:
        file = pq.ParquetFile(pa.BufferReader(data))
        if file.metadata.num_rows > MAX_ROWS:
            raise refuse("columnar_too_long", limit=str(MAX_ROWS))
        # A small file: threads would cost more than they give.
        table = file.read(use_threads=False)
    except (pa.ArrowException, OSError) as error:
        raise refuse("columnar_damaged") from error
    if twice := [name for name, count in Counter(table.column_names).items() if count > 1]:
        raise refuse("columnar_twice", columns=", ".join(twice)[:_MAX_SHOWN])
    if missing := [name for name in (*COVER, FORM_CODE, UNIT_CODE) if name not in table.column_names]:
        raise refuse("columnar_lacks", columns=", ".join(missing))
    if table.column(FORM_CODE).null_count:
        raise refuse("columnar_lacks", columns=FORM_CODE)
    for field in table.schema:
        kind = field.type.value_type if pa.types.is_dictionary(field.type) else field.type
        if not any(is_kind(kind) for is_kind in _SIMPLE):
            raise refuse("columnar_type", column=field.name[:_MAX_SHOWN], found_type=str(kind)[:_MAX_SHOWN])
    for name in COVER:
        if len(pc.unique(table.column(name))) > 1:
            raise refuse("columnar_mixed", column=name)
    return table


def _by_form(table: pa.Table) -> Iterable[tuple[str, pa.Table]]:
    """Yield the code of each form in the file and its rows, in their order."""
    forms = table.column(FORM_CODE)
    for form_code in pc.unique(forms).to_pylist():
        yield str(form_code), table.filter(pc.equal(forms, form_code))


def _cover_sheet(table: pa.Table) -> Sheet:
    grid: Grid = []
    for name in COVER:
        value = table.column(name)[0].as_py() if len(table) else None
        grid.append([name, "" if value is None else value])
    return Sheet(cover_sheet_name(), grid)


def _cells(table: pa.Table, names: Iterable[str]) -> Grid:
    columns = [table.column(name).to_pylist() if name in table.column_names else [None] * len(table) for name in names]
    return [["" if cell is None else cell for cell in row] for row in zip(*columns, strict=True)]
