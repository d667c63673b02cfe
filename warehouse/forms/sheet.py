"""Reads one form's sheet into typed rows: checked at the door, or trusted from the landing zone."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from warehouse.forms.cells import Parser, bounds_checker, parser_for
from warehouse.forms.layout import CODE_ROW_LIMIT, PREVIOUS_PREFIX, TOTAL_KEY, UNIT_CODE, UNIT_NAME, SheetLayout
from warehouse.forms.personal import fold, sign_in_cell, sign_in_header
from warehouse.forms.problems import Problem, Unreadable, cell_name, quote
from warehouse.forms.rows import RowIdentity
from warehouse.reference import FormColumn, Period, Reference
from warehouse.text import load_texts

Grid = list[list[Any]]
TypedRow = tuple[Any, ...]


@dataclass(frozen=True)
class FieldReader:
    """How a column that reporters fill is read and judged."""

    column: FormColumn
    position: int
    parse: Parser
    check: Callable[[Any], None] | None


def find_code_row(grid: Grid) -> int | None:
    """The row that holds the column codes, counted from 0."""
    for index, row in enumerate(grid[:CODE_ROW_LIMIT]):
        if row and row[0] == UNIT_CODE:
            return index
    return None


def is_total_row(row: Sequence[Any], positions: Mapping[str, int]) -> bool:
    """Whether a row is the template's own row of totals: by its code, or by its name where the code was emptied."""
    code = row[positions[UNIT_CODE]] if UNIT_CODE in positions else ""
    if code or UNIT_NAME not in positions:
        return bool(code == TOTAL_KEY)
    return fold(str(row[positions[UNIT_NAME]])) == fold(str(load_texts("workbook")["total"]))


def read_trusted(grid: Grid, layout: SheetLayout, reference: Reference, identity: RowIdentity) -> list[TypedRow]:
    """Rows of an accepted original, typed; nothing is judged again. Raises Unreadable when a cell is no longer known.

    A column that a later form added is None throughout; one that was dropped is passed over.
    """
    code_row = find_code_row(grid)
    if code_row is None:
        return []
    positions = {code: position for position, code in enumerate(grid[code_row]) if code}
    fields = [(positions.get(field.column_code), parser_for(field, reference.code_lists)) for field in layout.fields]
    known = [position for position, _ in fields if position is not None]
    rows = []
    for index, row in enumerate(grid[code_row + 1 :], start=code_row + 2):
        if all(row[position] == "" for position in known) or is_total_row(row, positions):
            continue
        values = [None if position is None else parse(row[position]) for position, parse in fields]
        if values.count(None) == len(values):
            continue
        unit = identity.unit_of(row, positions)
        key = (index, unit.unit_code, unit.valid_from)
        if layout.category_column:
            rows.append((*key, identity.category_of(row, positions), *values))
        else:
            rows.append((*key, *values))
    return rows


class CheckedSheet:
    """Reads a sheet at the door and collects every reason against it."""

    def __init__(
        self,
        grid: Grid,
        layout: SheetLayout,
        reference: Reference,
        period: Period | None,
        identity: RowIdentity | None,
    ) -> None:
        self.grid, self.layout, self.reference, self.period, self.identity = grid, layout, reference, period, identity
        self.name = layout.form.sheet_name
        self.problems: list[Problem] = []
        self.rows: list[TypedRow] = []
        self.positions: dict[str, int] = {}
        self.head_row = 1

    def read(self) -> "CheckedSheet":
        """Fill `rows`, `positions`, `head_row` (counted from 1) and `problems`."""
        code_row = find_code_row(self.grid)
        if code_row is None:
            self._add("code_row_missing", None)
            return self
        positions = self.positions = self._check_columns(code_row)
        self.head_row = max(code_row, 1)
        self._check_head(code_row)
        fields = [
            FieldReader(
                field,
                positions[field.column_code],
                parser_for(field, self.reference.code_lists),
                bounds_checker(field, self.period),
            )
            for field in self.layout.fields
            if field.column_code in positions
        ]
        seen: dict[tuple[Any, ...], int] = {}
        for index, row in enumerate(self.grid[code_row + 1 :], start=code_row + 1):
            if is_total_row(row, positions):
                self._check_for_persons(index, enumerate(row))
            else:
                self._read_row(index, row, positions, fields, seen)
        return self

    def _add(self, rule: str, cell: str | None, raw: object = "", **params: str) -> None:
        self.problems.append(Problem(rule, self.name, cell, quote(raw) or None, params))

    def _check_columns(self, code_row: int) -> dict[str, int]:
        """Positions by column code. Unknown, doubled, missing and personal columns are told."""
        codes = self.grid[code_row]
        headers: Sequence[Any] = self.grid[code_row - 1] if code_row else [""] * len(codes)
        expected = self.layout.column_codes
        own_headers = {fold(field.header_vi) for field in self.layout.fields}
        positions: dict[str, int] = {}
        for position, raw in enumerate(codes):
            code, header = str(raw).strip(), str(headers[position]).strip()
            is_previous = code.startswith(PREVIOUS_PREFIX)
            kind = sign_in_header(code.replace("_", " ")) if code not in expected and not is_previous else None
            if kind is None and header and fold(header) not in own_headers:
                kind = sign_in_header(header)
            cell = cell_name(code_row, position)
            if kind:
                self._add("personal_column", cell, kind=kind)
            elif is_previous:
                for index, row in enumerate(self.grid[code_row + 1 :], start=code_row + 1):
                    self._check_for_persons(index, [(position, row[position])])
            elif code in expected:
                if code in positions:
                    self._add("duplicate_column", cell, code, code=code)
                else:
                    positions[code] = position
            elif code or header or self._column_has_content(position, code_row):
                self._check_stray_column(position, code_row, cell)
        for code in expected:
            if code not in positions:
                self._add("missing_column", cell_name(code_row, 0), code=code)
        return positions

    def _column_has_content(self, position: int, code_row: int) -> bool:
        return any(row[position] != "" for row in self.grid[code_row + 1 :])

    def _check_stray_column(self, position: int, code_row: int, cell: str) -> None:
        """A column outside the form; its content is never quoted, and personal data in it is named as such."""
        for index, row in enumerate(self.grid[code_row + 1 :], start=code_row + 1):
            kind = sign_in_cell(quote(row[position]))
            if kind:
                self._add("personal_data_in_cell", cell_name(index, position), kind=kind)
                return
        self._add("unknown_column", cell)

    def _check_for_persons(self, index: int, cells: Iterable[tuple[int, Any]]) -> None:
        """Tell personal data in cells that are otherwise passed over."""
        for position, raw in cells:
            kind = sign_in_cell(raw) if isinstance(raw, str) else None
            if kind:
                self._add("personal_data_in_cell", cell_name(index, position), kind=kind)

    def _check_head(self, code_row: int) -> None:
        for index, row in enumerate(self.grid[:code_row]):
            self._check_for_persons(index, enumerate(row))

    def _read_row(
        self,
        index: int,
        row: list[Any],
        positions: dict[str, int],
        fields: list[FieldReader],
        seen: dict[tuple[Any, ...], int],
    ) -> None:
        values = [self._read_cell(index, row[field.position], field) for field in fields]
        started = any(row[field.position] != "" and str(row[field.position]).strip() for field in fields)
        key = self._read_key(index, row, positions, started)
        if key:
            first = seen.setdefault(key, index)
            if first != index:
                self._add("duplicate_row", cell_name(index, 0), row[0], first=str(first + 1))
        if not started:
            return
        self._check_required(index, row, fields, values)
        if key:
            by_code = {field.column.column_code: value for field, value in zip(fields, values, strict=True)}
            self.rows.append((index + 1, *key, *(by_code.get(field.column_code) for field in self.layout.fields)))

    def _read_key(self, index: int, row: list[Any], positions: dict[str, int], started: bool) -> tuple[Any, ...] | None:
        if self.identity is None:
            return None
        result = self.identity.check(row, positions, started)
        for problem in result.problems:
            cell = cell_name(index, problem.position)
            kind = sign_in_cell(quote(problem.raw))
            if kind:
                self._add("personal_data_in_cell", cell, kind=kind)
            else:
                self._add(problem.rule, cell, problem.raw, **problem.params)
        return result.key

    def _read_cell(self, index: int, raw: Any, field: FieldReader) -> Any:
        try:
            value = field.parse(raw)
            if value is not None and field.check:
                field.check(value)
        except Unreadable as fault:
            kind = sign_in_cell(quote(raw))
            cell = cell_name(index, field.position)
            if kind:
                self._add("personal_data_in_cell", cell, kind=kind)
            else:
                self._add(fault.rule, cell, raw, column=field.column.header_vi, **fault.params)
            return None
        return value

    def _check_required(self, index: int, row: list[Any], fields: list[FieldReader], values: list[Any]) -> None:
        by_code = {field.column.column_code: value for field, value in zip(fields, values, strict=True)}
        for field in fields:
            if str(row[field.position]).strip():
                continue
            condition, _, answer = (field.column.required_when or "").partition("=")
            cell = cell_name(index, field.position)
            if field.column.is_required:
                self._add("required_cell", cell, column=field.column.header_vi)
            elif condition and by_code.get(condition) == answer:
                other = next(other.column.header_vi for other in fields if other.column.column_code == condition)
                self._add("required_when", cell, column=field.column.header_vi, other=other)
