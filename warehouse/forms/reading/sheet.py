"""Typed rows of one form's sheet: checked on submission, or trusted from the landing zone."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from warehouse.forms.formats.book import Sheet
from warehouse.forms.formats.legacy_text import shows_signs
from warehouse.forms.layout import TOTAL_KEY, UNIT_CODE, SheetLayout
from warehouse.forms.problems import CONFIRM, Problem, UnknownCellError, UnreadableCellError, cell_name, quote
from warehouse.forms.reading.cells import NUMBER_TYPES, Parser, bounds_checker, parser_for, sensitivity, unknown_cell
from warehouse.forms.reading.hidden import hidden_figures
from warehouse.forms.reading.prepared import Prepared, prepare
from warehouse.forms.reading.quarters import quarters_in
from warehouse.forms.reading.remarks import Remarks
from warehouse.forms.reading.rows import RowIdentity, Total
from warehouse.forms.reading.sheet_columns import check_columns, check_merged_cells
from warehouse.forms.reading.totals import SUMMED_TYPES, TotalRow, UnitRow, differing_totals
from warehouse.forms.reading.wholes import missing_wholes
from warehouse.reference import FormColumn, Period, Reference, Unit

TypedRow = tuple[Any, ...]


@dataclass(frozen=True)
class FieldReader:
    """Parser and checks of a column that reporters fill."""

    column: FormColumn
    position: int
    parse: Parser
    check: Callable[[Any], None] | None


def read_trusted(sheet: Sheet, layout: SheetLayout, reference: Reference, identity: RowIdentity) -> list[TypedRow]:
    """Return typed rows of an accepted original without checks.

    Raises UnknownCellError if a cell is no longer known, UnknownRowError if a unit or category is not. A column that a
    later form added is None throughout; a dropped column is skipped.
    """
    prepared = prepare(sheet, layout, reference, identity)
    if prepared.columns.problem:
        return []
    positions, ordinals = prepared.positions, prepared.columns.ordinals
    if lacking := [code for code in layout.key_columns if code not in positions]:
        raise UnknownCellError(Problem("missing_column", sheet.name, params={"column": lacking[0], "code": lacking[0]}))
    fields = [
        FieldReader(column, positions[column.column_code], parser_for(column, reference.code_lists), None)
        if column.column_code in positions
        else None
        for column in layout.fields
    ]
    known = [field.position for field in fields if field]
    first = prepared.columns.first_row
    rows = []
    for index, row in enumerate(prepared.grid[first:], start=first + 1):
        if all(row[position] == "" for position in known) or identity.total_of(row, positions, ordinals):
            continue
        values = [_trusted_value(sheet.name, index - 1, row, field) if field else None for field in fields]
        if values.count(None) == len(values):
            continue
        unit = identity.unit_of(row, positions)
        key = (index, unit.unit_code, unit.valid_from)
        if layout.category_column:
            rows.append((*key, identity.category_of(row, positions), *values))
        else:
            rows.append((*key, *values))
    return rows


def _trusted_value(sheet: str, index: int, row: list[Any], field: FieldReader) -> Any:
    raw = row[field.position]
    try:
        return field.parse(raw)
    except UnreadableCellError as fault:
        raise unknown_cell(fault, field.column, raw, sheet, cell_name(index, field.position)) from fault


class CheckedSheet:
    """Reads a submitted sheet and collects its problems and remarks.

    `is_older` means that the report uses another release of the form, which may lack columns.
    """

    def __init__(
        self,
        sheet: Sheet,
        layout: SheetLayout,
        reference: Reference,
        period: Period | None,
        identity: RowIdentity | None,
        is_older: bool = False,
    ) -> None:
        self.sheet, self.layout, self.reference, self.identity = sheet, layout, reference, identity
        self.period, self.is_older, self.name = period, is_older, sheet.name
        self.problems: list[Problem] = []
        self.rows: list[TypedRow] = []
        self.positions: dict[str, int] = {}
        self.head_row = 1
        self.title_quarters: dict[str, str] = {}
        self.spelling = Remarks(self.name)
        self._confirmations: list[Problem] = []
        self._unit_rows: list[UnitRow] = []
        self._total_rows: list[TotalRow] = []
        self._disguised: list[tuple[int, tuple[Any, ...], Unit]] = []
        self._uncomputed = frozenset(sheet.uncomputed)

    @property
    def remarks(self) -> list[Problem]:
        """Return the confirmations, then the remarks on unusual cells."""
        return [*self._confirmations, *self.spelling.problems()]

    def read(self) -> "CheckedSheet":
        """Fill `rows`, `positions`, `head_row` (counted from 1), `title_quarters`, `problems` and `remarks`."""
        prepared = prepare(self.sheet, self.layout, self.reference, self.identity)
        if prepared.columns.problem:
            self._add(prepared.columns.problem, None)
            return self
        self.positions, self.head_row = prepared.positions, prepared.columns.head_row
        self.title_quarters = quarters_in(prepared.grid[: self.head_row - 1])
        self.problems += check_columns(prepared, self.sheet, self.layout, self.is_older, self.spelling)
        self.problems += check_merged_cells(prepared, self.sheet, self.layout)
        fields = self._fields(prepared.positions)
        rows_by_key: dict[tuple[Any, ...], int] = {}
        first = prepared.columns.first_row
        for index, row in enumerate(prepared.grid[first:], start=first):
            total = self.identity.total_of(row, self.positions, prepared.columns.ordinals) if self.identity else None
            if total:
                self._read_total(index, row, total, fields)
            elif self.identity or not self._is_forms_own_total(row):
                self._read_row(index, row, fields, rows_by_key)
        self._check_disguised(rows_by_key)
        if not self.problems:
            self._check_totals()
        self._check_wholes()
        self._confirmations += hidden_figures(self.sheet, self.positions, self._unit_rows)
        self._note_preparation(prepared)
        return self

    def _fields(self, positions: dict[str, int]) -> list[FieldReader]:
        return [
            FieldReader(
                field,
                positions[field.column_code],
                parser_for(field, self.reference.code_lists, self.spelling.note),
                bounds_checker(field, self.period),
            )
            for field in self.layout.fields
            if field.column_code in positions
        ]

    def _add(self, rule: str, cell: str | None, raw: object = "", **params: str) -> None:
        if isinstance(raw, str) and rule in _LEGACY_HIDES and shows_signs(raw):
            rule, params = "legacy_encoding", {}
        self.problems.append(Problem(rule, self.name, cell, quote(raw) or None, params))

    def _read_row(self, index: int, row: list[Any], fields: list[FieldReader], rows_by_key: dict[Any, int]) -> None:
        values = [self._read_cell(index, row[field.position], field) for field in fields]
        started = values.count(None) < len(values)
        key = self._read_key(index, row, started)
        if key:
            first = rows_by_key.setdefault(key, index)
            if first != index:
                self._add("duplicate_row", cell_name(index, 0), row[0], first=str(first + 1))
        if not started:
            return
        by_code = {field.column.column_code: value for field, value in zip(fields, values, strict=True)}
        self._check_required(index, fields, by_code)
        if key:
            by_code = {code: None if value is _FAILED else value for code, value in by_code.items()}
            self.rows.append((index + 1, *key, *(by_code.get(field.column_code) for field in self.layout.fields)))
            unit = self.identity.units[key[0]]  # type: ignore[union-attr]
            as_text = {field.column.column_code for field in fields if isinstance(row[field.position], str)}
            self._unit_rows.append(UnitRow(index, unit, by_code, frozenset(as_text)))

    def _read_key(self, index: int, row: list[Any], started: bool) -> tuple[Any, ...] | None:
        if self.identity is None:
            return None
        result = self.identity.check(row, self.positions, started)
        for problem in result.problems:
            self._add(problem.rule, cell_name(index, problem.position), problem.raw, **problem.params)
        return result.key

    def _read_cell(self, index: int, raw: Any, field: FieldReader) -> Any:
        if raw == "" and (index, field.position) not in self._uncomputed:
            return None
        try:
            if raw == "":
                raise UnreadableCellError("formula_not_computed")
            if raw and type(raw) in (int, float) and self._is_percent(index, field):
                raw = f"{100 * raw:g}%"
                raise UnreadableCellError("number_as_percent")
            value = field.parse(raw)
            if value is not None and field.check:
                field.check(value)
            if field.column.data_type == "text" and value and shows_signs(value):
                raise UnreadableCellError("legacy_encoding")
        except UnreadableCellError as fault:
            cell = cell_name(index, field.position)
            self._add(fault.rule, cell, raw, column=field.column.header_vi, **fault.params, **sensitivity(field.column))
            self.spelling.place(cell)
            return _FAILED
        if self.spelling.unplaced:
            self.spelling.place(cell_name(index, field.position))
        return value

    def _is_percent(self, index: int, field: FieldReader) -> bool:
        """Return whether a number's cell shows 1 as 100 %: which of them its reporter meant is not certain."""
        return field.column.data_type in NUMBER_TYPES and (index, field.position) in self.sheet.percents

    def _check_required(self, index: int, fields: list[FieldReader], by_code: dict[str, Any]) -> None:
        for field in fields:
            column = field.column
            if by_code[column.column_code] is not None:
                continue
            condition, _, answer = (column.required_when or "").partition("=")
            cell = cell_name(index, field.position)
            if column.is_required:
                self._add("required_cell", cell, column=column.header_vi)
            elif condition and by_code.get(condition) == answer:
                other = next(other.column.header_vi for other in fields if other.column.column_code == condition)
                self._add("required_when", cell, column=column.header_vi, other=other)

    def _read_total(self, index: int, row: list[Any], total: Total, fields: list[FieldReader]) -> None:
        """Read a row of totals, which is optional; a formula that was not computed gives no total.

        A cell that cannot be compared with the units' rows gets a remark: it is not used.
        """
        is_forms_own = self._is_forms_own_total(row)
        filled = [field for field in fields if row[field.position] != ""]
        beside = self.identity.unit_beside_total(row, self.positions) if self.identity and filled else None
        if beside:
            self._disguised.append((index, *beside))
        values = {}
        for field in filled:
            raw = row[field.position]
            try:
                if field.column.data_type not in SUMMED_TYPES:
                    raise UnreadableCellError("total_not_read")
                if is_forms_own:
                    # Any result of a formula; of text, what can be read without a confirmation.
                    is_number = type(raw) in (int, float)
                    value = raw if is_number else parser_for(field.column, self.reference.code_lists)(raw)
                else:
                    value = self._read_cell(index, raw, replace(field, check=None))
            except UnreadableCellError:
                self.spelling.note("total_not_read", raw)
                self.spelling.place(cell_name(index, field.position))
                continue
            values[field.column.column_code] = value
        if _FAILED not in values.values():
            self._total_rows.append(TotalRow(index, total, values, is_forms_own))

    def _is_forms_own_total(self, row: list[Any]) -> bool:
        return UNIT_CODE in self.positions and row[self.positions[UNIT_CODE]] == TOTAL_KEY

    def _check_disguised(self, rows_by_key: dict[Any, int]) -> None:
        """Refuse a row coded as a total and named after a unit without its own row: its figures would be lost."""
        for index, key, unit in self._disguised:
            if key not in rows_by_key:
                cell = cell_name(index, self.positions.get(UNIT_CODE, 0))
                self._add("total_hides_unit", cell, code=unit.unit_code, name=unit.name_vi)

    def _check_totals(self) -> None:
        columns = {field.column_code: field for field in self.layout.fields}
        for difference in differing_totals(self._total_rows, self._unit_rows):
            column, given = columns[difference.column_code], _plain_number(difference.given)
            cell = cell_name(difference.index, self.positions[difference.column_code])
            params = {"column": column.header_vi, "given": given, **sensitivity(column)}
            if difference.computed is None:
                problem = Problem("total_alone", self.name, cell, given, params, CONFIRM)
            else:
                params["computed"] = _plain_number(difference.computed)
                problem = Problem("total_differs", self.name, cell, given, params, CONFIRM)
            self._confirmations.append(problem)

    def _check_wholes(self) -> None:
        refused = {problem.cell for problem in self.problems}

        def is_unread(row: int, column: int) -> bool:
            return cell_name(row, column) in refused or any(
                top <= row <= bottom and left <= column <= right for top, left, bottom, right in self.sheet.merged
            )

        for missing in missing_wholes(self.layout, self.reference, self.positions, self._unit_rows, is_unread):
            into = self._confirmations if missing.severity == CONFIRM else self.problems
            into.append(replace(missing, sheet=self.name))

    def _note_preparation(self, prepared: Prepared) -> None:
        for encoding in dict.fromkeys(prepared.encodings.values()):
            self.spelling.note("legacy_decoded", encoding, encoding)
        if prepared.filled_cells:
            self.spelling.note("merged_repeated", "", "")
        if prepared.columns.by_headers:
            self.spelling.note("columns_by_headers", "", "")
        if self.name.strip() != self.layout.form.sheet_name:
            self.spelling.note("sheet_renamed", self.name, self.layout.form.sheet_name)


def _plain_number(value: float) -> str:
    return str(int(value)) if float(value).is_integer() else f"{value:.2f}".replace(".", ",")


# Rules on unknown words: if the text is in an old encoding, that is the reason.
_LEGACY_HIDES = frozenset({"unit_unknown", "unit_names_differ", "category_unknown", "not_in_list"})
# Placeholder of a cell that could not be read: neither a value nor missing.
_FAILED = object()
