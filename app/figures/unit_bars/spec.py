"""Spec of a list of units that replaces a grid on narrow screens: each unit's number of targets by status."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from app.core.status import WORST_FIRST
from app.figures.grid.spec import UnitGrid, UnitLine
from app.figures.matrix import MatrixCell, MatrixSpec

Kind = Literal["city", "region", "unit", "part", "rest"]
# Targets that do not apply to a unit are left out.
LEFT_OUT = "not_applicable"


@dataclass(frozen=True, slots=True)
class UnitBar:
    """Unit by its code and names, its role in the list, and its counts of targets by status, worst first.

    A `rest` is the line of folded units: it has a key and a text.
    """

    key: str
    name: str
    full_name: str
    kind: Kind
    counts: Mapping[str, int]


def bars_of_columns(grid: MatrixSpec) -> list[UnitBar]:
    """Return the units of a grid with units as columns."""
    return [
        UnitBar(
            column.key,
            column.name,
            column.full_name,
            "city" if column.is_city else "unit",
            _counts(row.cells[number] for row in grid.rows),
        )
        for number, column in enumerate(grid.columns)
    ]


def bars_of_rows(grid: MatrixSpec) -> list[UnitBar]:
    """Return the units of a grid with units as rows."""
    return [UnitBar(row.key, row.name, row.full_name, "unit", _counts(row.cells)) for row in grid.rows]


def bars_of_areas(grid: UnitGrid) -> list[UnitBar]:
    """Return the units of a city with areas, or in groups, in the grid's order."""
    bars = [_bar(grid.city, "city")]
    for group in grid.groups:
        if group.head.row.name:
            bars.append(_bar(group.head, "region"))
        for line in group.lines:
            bars += [_bar(line, "unit"), *(_bar(part, "part") for part in line.parts)]
        for rest in group.rests:
            bars.append(UnitBar(rest.key, f"{rest.text} {'▾' if rest.is_open else '▸'}", rest.text, "rest", {}))
            bars += [_bar(line, "unit") for line in rest.lines if rest.is_open]
    return bars


def _bar(line: UnitLine, kind: Kind) -> UnitBar:
    return UnitBar(line.row.key, line.row.name, line.row.full_name, kind, _counts(line.row.cells))


def _counts(cells: Iterable[MatrixCell | None]) -> dict[str, int]:
    counted = Counter(cell.status for cell in cells if cell is not None)
    return {status: counted[status] for status in WORST_FIRST if counted[status] and status != LEFT_OUT}
