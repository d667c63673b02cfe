"""Cells as the seeds store them: days as YYYY-MM-DD, answers as true or false, codes with their zeros."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal

from warehouse.plan.pack import Row, Table
from warehouse.plan.schema import BOOLEAN, DATE, DECIMAL, INTEGER, LIST_SEPARATOR, Column, schema

Change = Callable[[str], str]

_ANSWERS = dict.fromkeys(("true", "có", "yes", "1"), "true") | dict.fromkeys(("false", "không", "no", "0"), "false")
# Kinds of cells that people write otherwise than seeds do.
_SPELT = (BOOLEAN, DATE)
_DAY = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")
_INTEGER = re.compile(r"-?\d{1,9}", re.ASCII)
_DECIMAL = re.compile(r"-?\d{1,12}(\.\d{1,20})?", re.ASCII)


def stored(text: str, kind: str) -> str:
    """Return a cell in the spelling of the seeds; one that has no value of this kind as it is."""
    if kind == BOOLEAN:
        return _ANSWERS.get(text.lower(), text)
    match = _DAY.fullmatch(text) if kind == DATE else None
    spelt = f"{match[3]}-{int(match[2]):02}-{int(match[1]):02}" if match else text
    return spelt if day(spelt) else text


def is_valid(text: str, kind: str) -> bool:
    """Return whether a stored cell has a value of this kind."""
    if kind == BOOLEAN:
        return text in ("true", "false")
    if kind == INTEGER:
        return _INTEGER.fullmatch(text) is not None
    if kind == DECIMAL:
        return number(text) is not None
    return kind != DATE or day(text) is not None


def number(text: str) -> Decimal | None:
    """Return a stored number; None for an empty cell, and for what is no number of up to twelve digits."""
    return Decimal(text) if _DECIMAL.fullmatch(text) else None


def day(text: str) -> date | None:
    """Return a stored day; None for an empty cell and for what is no day."""
    try:
        return date.fromisoformat(text) if len(text) == len("2026-01-01") else None
    except ValueError:
        return None


def parts(text: str, column: Column) -> list[str]:
    """Return the values of a cell: several in a column that lists them, none in an empty cell."""
    if column.is_list:
        return [part.strip() for part in text.split(LIST_SEPARATOR) if part.strip()]
    return [text] if text else []


def with_stored_cells(tables: Mapping[str, Table]) -> dict[str, Table]:
    """Return tables whose cells are in the spelling of the seeds, codes that lost their zeros included.

    A code that exists nowhere means the one code that has the same number; if there are several it stays as it is.
    """
    spelt = {
        seed: _with_cells(
            table, {name: _spelling(column.kind) for name, column in _columns(seed) if column.kind in _SPELT}
        )
        for seed, table in tables.items()
    }
    codes = {name: Codes(spelt, *name) for name in referenced()}
    return {
        seed: _with_cells(
            table,
            {name: _zeros(column, codes[column.references]) for name, column in _columns(seed) if column.references},
        )
        for seed, table in spelt.items()
    }


def _spelling(kind: str) -> Change:
    return lambda text: stored(text, kind)


def _zeros(column: Column, known: "Codes") -> Change:
    return lambda text: LIST_SEPARATOR.join(map(known.meant, parts(text, column))) if text else text


class Codes:
    """The values of a column that others refer to."""

    def __init__(self, tables: Mapping[str, Table], seed: str, column: str) -> None:
        self.known = {row.cells.get(column, "") for row in tables[seed].rows} if seed in tables else set()
        self._by_number: dict[str, list[str]] = {}
        for code in self.known:
            if code.isdecimal():
                self._by_number.setdefault(code.lstrip("0"), []).append(code)

    def alike(self, text: str) -> list[str]:
        """Return the codes with the same number."""
        return sorted(self._by_number.get(text.lstrip("0"), [])) if text.isdecimal() else []

    def meant(self, text: str) -> str:
        """Return the code that a text means, or the text."""
        alike = self.alike(text)
        return alike[0] if text not in self.known and len(alike) == 1 else text


def referenced() -> set[tuple[str, str]]:
    """Return the columns, each as seed and name, whose codes other columns name."""
    return {column.references for seed in schema().values() for column in seed.columns.values() if column.references}


def _columns(seed: str) -> Iterable[tuple[str, Column]]:
    return schema()[seed].columns.items()


def _with_cells(table: Table, changes: Mapping[str, Change]) -> Table:
    """Return a table with changed cells in some columns."""
    return replace(table, rows=tuple(_changed(row, changes) for row in table.rows)) if changes else table


def _changed(row: Row, changes: Mapping[str, Change]) -> Row:
    cells = {name: change(row.cells[name]) for name, change in changes.items() if name in row.cells}
    # Nearly every cell of a pack is as the seeds store it, and a nation has forty thousand rows.
    return row if cells.items() <= row.cells.items() else replace(row, cells={**row.cells, **cells})
