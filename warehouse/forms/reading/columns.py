"""Matching of a form's columns on a sheet: by the row of codes, else by the whole row of headers, never by less."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from warehouse.forms.formats.book import Grid, Sheet
from warehouse.forms.formats.legacy_text import TCVN3, VNI, decode
from warehouse.forms.layout import CODE_ROW_LIMIT, PREVIOUS_PREFIX, UNIT_CODE, SheetLayout
from warehouse.forms.privacy.personal_data import fold
from warehouse.forms.reading.numbers import plain
from warehouse.programmes import cached_by_programme
from warehouse.reference import FormColumn
from warehouse.text import load_texts


@dataclass(frozen=True)
class Columns:
    """Positions of a form's columns on a sheet; rows and columns are counted from 0.

    `problem` is the rule that explains why there was no match. `titles` are codes or headers by column, as far as they
    are not the form's own; `ordinals` are the columns that only number the rows.
    """

    row: int = -1
    positions: dict[str, int] = field(default_factory=dict)
    doubled: tuple[tuple[str, int], ...] = ()
    ordinals: tuple[int, ...] = ()
    by_headers: bool = False
    problem: str | None = None

    @property
    def head_row(self) -> int:
        """Return the row of headers, counted from 1."""
        return self.row + 1 if self.by_headers else max(self.row, 1)

    @property
    def first_row(self) -> int:
        """Return the first row of data."""
        return self.row + 1


def find_columns(sheet: Sheet, layout: SheetLayout) -> Columns:
    """Return the columns of a form's sheet."""
    head = sheet.grid[:CODE_ROW_LIMIT]
    rows = [index for index, row in enumerate(head) if UNIT_CODE in row]
    rows = rows or [index for index, row in enumerate(head) if _holds_code(row)]
    if len(rows) > 1:
        return Columns(problem="code_row_twice")
    if not rows:
        # The remains of a row of codes are not a row of data.
        if any(len(set(layout.column_codes).intersection(map(str, row))) > 1 for row in head):
            return Columns(problem="code_row_missing")
        return _by_headers(sheet, layout) or Columns(problem="code_row_missing")
    return _by_codes(sheet, layout, rows[0])


def headers_above(sheet: Sheet, row: int) -> list[str]:
    """Return the text above every cell of a row; a header merged over several cells counts for each of them."""
    if row == 0:
        return [""] * len(sheet.grid[0])
    return [str(raw).strip() for raw in _spread(sheet, row)[row - 1]]


def is_ordinal_header(text: str) -> bool:
    """Return whether a header only announces row numbers."""
    return text == "#" or fold(text) in _ordinal_headers()


def _by_codes(sheet: Sheet, layout: SheetLayout, index: int) -> Columns:
    expected = set(layout.column_codes)
    positions: dict[str, int] = {}
    doubled: list[tuple[str, int]] = []
    others: list[int] = []
    for position, raw in enumerate(sheet.grid[index]):
        code = raw if raw in expected else plain(str(raw))
        if code not in expected:
            others.append(position)
        elif code in positions:
            doubled.append((code, position))
        else:
            positions[code] = position
    return Columns(index, positions, tuple(doubled), _ordinals(sheet, index, others))


def _by_headers(sheet: Sheet, layout: SheetLayout) -> Columns | None:
    """Match all headers of the form in one row, each once; None if one is missing or occurs twice."""
    codes = codes_by_header(layout)
    limit = min(len(sheet.grid), CODE_ROW_LIMIT)
    for index, row in enumerate(_spread(sheet, limit)[:limit]):
        for encoding in (None, TCVN3, VNI):
            positions = _match_headers(row, codes, encoding)
            if positions and set(positions) == set(layout.column_codes):
                last = max((bottom for top, _, bottom, _ in sheet.merged if top <= index <= bottom), default=index)
                others = [position for position in range(len(row)) if position not in positions.values()]
                return Columns(last, positions, (), _ordinals(sheet, last + 1, others, by_headers=True), True)
    return None


def _match_headers(row: Sequence[Any], codes: dict[str, str], encoding: str | None) -> dict[str, int] | None:
    positions: dict[str, int] = {}
    for position, raw in enumerate(row):
        text: str | None = str(raw)
        if encoding and text:
            text = decode(text, encoding)
        code = codes.get(fold(text)) if text else None
        if code is None:
            continue
        if code in positions:
            return None
        positions[code] = position
    return positions


def codes_by_header(layout: SheetLayout) -> dict[str, str]:
    """Return column codes by folded header, in any current or former wording; a shared header matches none."""
    keys = tuple((code, layout.key_header(code)) for code in layout.key_columns)
    dimension = layout.dimension
    more = ((dimension.dimension_code, dimension.name_en),) if dimension else ()
    return _codes_by_header(layout.form.form_code, (*keys, *more), layout.fields)


@cached_by_programme(maxsize=256)
def _codes_by_header(
    form_code: str, keys: tuple[tuple[str, str], ...], fields: tuple[FormColumn, ...]
) -> dict[str, str]:
    words = load_texts("reading")
    former = words["former_headers"].get(form_code, {})
    also = words["key_headers"]
    headers = [(text, code) for code, header in keys for text in (header, *also.get(code, ()))]
    for column in fields:
        texts = (column.header_vi, column.header_en, *former.get(column.column_code, ()))
        headers += [(text, column.column_code) for text in texts]
    codes: dict[str, set[str]] = {}
    for text, code in headers:
        codes.setdefault(fold(text), set()).add(code)
    return {header: owners.pop() for header, owners in codes.items() if len(owners) == 1}


def _holds_code(row: Sequence[Any]) -> bool:
    return any(isinstance(raw, str) and UNIT_CODE in raw and plain(raw) == UNIT_CODE for raw in row)


def _ordinals(sheet: Sheet, index: int, others: Sequence[int], by_headers: bool = False) -> tuple[int, ...]:
    """Return those of `others` whose header or code announces row numbers."""
    headers = headers_above(sheet, index)
    codes = headers if by_headers else sheet.grid[index]
    return tuple(
        position
        for position in others
        if not str(codes[position]).startswith(PREVIOUS_PREFIX)
        and (is_ordinal_header(headers[position]) or is_ordinal_header(str(codes[position])))
    )


def _spread(sheet: Sheet, below: int) -> Grid:
    """Return the rows above `below`, with merged cells repeated over their area."""
    merged = [area for area in sheet.merged if area[0] < below]
    if not merged:
        return sheet.grid[:below]
    rows = [list(row) for row in sheet.grid[:below]]
    for top, left, bottom, right in merged:
        for row in rows[top : bottom + 1]:
            row[left : right + 1] = [sheet.grid[top][left]] * len(row[left : right + 1])
    return rows


@lru_cache(maxsize=1)
def _ordinal_headers() -> frozenset[str]:
    return frozenset(fold(text) for text in load_texts("reading")["ordinals"]["headers"])
