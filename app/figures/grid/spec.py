"""Spec of the grids of targets: the city's units by target, a district's wards by target."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from app.core.i18n import words
from app.figures.matrix import LateCount, MatrixCell, MatrixColumn, MatrixRow, MatrixSpec
from app.records import Progress, Target, Unit
from app.ui.figure_text import explain, is_doubtful, value_or_nothing

# Figures by (target, unit).
Cells = Mapping[tuple[str, str], Progress]
# The highlighted cells; None for all.
Highlighted = frozenset[tuple[str, str]] | None


def grid_spec(
    targets: Sequence[Target],
    units: Sequence[Unit],
    figures: Cells,
    highlighted: Highlighted = None,
    late: Mapping[str, LateCount] | None = None,
    is_asked: bool = True,
) -> MatrixSpec:
    """Return targets as rows, `units` (the city first) as columns; `late` by unit.

    Non-interactive charts have no explanations of cells: four hundred take a tenth of a page's time.
    """
    groups = [target.group_code for target in targets]
    columns = tuple(
        MatrixColumn(
            unit.unit_code,
            words.of(unit, "short_name"),
            words.of(unit, "name"),
            unit.parent_code is None,
            (late or {}).get(unit.unit_code),
        )
        for unit in units
    )
    rows = []
    for index, target in enumerate(targets):
        code = target.target_code
        cells = []
        for column in columns:
            row = figures.get((code, column.key))
            is_lit = highlighted is None or (code, column.key) in highlighted
            asked_name = column.name if is_asked else ""
            cells.append(_cell(row, target, asked_name, (code, column.key), is_lit))
        is_first = target.group_code not in groups[:index]
        rows.append(
            MatrixRow(code, words.of(target, "short_name"), words.of(target, "name"), tuple(cells), code, is_first)
        )
    return MatrixSpec(columns, tuple(rows))


@dataclass(frozen=True, slots=True)
class UnitLine:
    """Row of a unit with its number of late targets, and the rows of its `parts` if it is expanded."""

    row: MatrixRow
    late: LateCount | None
    can_open: bool = False
    parts: tuple[UnitLine, ...] = ()

    @property
    def is_open(self) -> bool:
        """Return whether its parts are displayed below it."""
        return bool(self.parts)


@dataclass(frozen=True, slots=True)
class Rest:
    """Rows of a group with nothing to report, under one line of text; displayed if `is_open`."""

    key: str
    text: str
    lines: tuple[UnitLine, ...]
    is_open: bool


@dataclass(frozen=True, slots=True)
class UnitGroup:
    """Row of a region, or a heading without cells, and the rows of its units, empty if it is collapsed.

    The heading of areas that are in no region has no name and is not displayed.
    """

    head: UnitLine
    lines: tuple[UnitLine, ...]
    is_folded: bool
    rests: tuple[Rest, ...] = ()

    @property
    def shown_lines(self) -> list[UnitLine]:
        """Return the displayed rows below the group's own, those of expanded units included."""
        lines = [line for unit in self.lines for line in (unit, *unit.parts)]
        return lines + [line for rest in self.rests if rest.is_open for line in rest.lines]


@dataclass(frozen=True, slots=True)
class UnitGrid:
    """Targets as columns; the whole city, then regions with their areas, or groups of communes, as rows."""

    columns: tuple[MatrixColumn, ...]
    city: UnitLine
    groups: tuple[UnitGroup, ...]

    @property
    def matrix(self) -> MatrixSpec:
        """Return the displayed rows, for charts and counts."""
        lines = [self.city, *(line for group in self.groups for line in (group.head, *group.shown_lines))]
        return MatrixSpec(self.columns, tuple(line.row for line in lines if line.row.cells))


@dataclass(frozen=True, slots=True)
class UnitTree:
    """Units of a grid by the code of their parent: the city, regions, areas and communes.

    It also has the expanded and the collapsed units.
    """

    city: Unit
    regions: Sequence[Unit]
    areas: Mapping[str, Sequence[Unit]]
    communes: Mapping[str, Sequence[Unit]]
    folded: frozenset[str] = frozenset()

    def groups(self, line: Callable[[Unit], UnitLine], area_line: Callable[[Unit], UnitLine]) -> tuple[UnitGroup, ...]:
        """Return the regions with their areas, then the areas directly under the city; `line` makes the row of a
        region, `area_line` that of an area with those of its communes."""
        heads = {region.unit_code: line(region) for region in self.regions}
        heads[self.city.unit_code] = heading(self.city.unit_code, "")
        return tuple(
            UnitGroup(head, () if code in self.folded else tuple(map(area_line, areas)), code in self.folded)
            for code, head in heads.items()
            if (areas := self.areas.get(code))
        )


def unit_grid(
    targets: Sequence[Target],
    tree: UnitTree,
    figures: Cells,
    highlighted: Highlighted = None,
    late: Mapping[str, LateCount] | None = None,
) -> UnitGrid:
    """Return the grid of a city with areas: an area expands to its communes, a region collapses."""
    writer = GridWriter(targets, figures, highlighted, late or {})
    groups = tree.groups(writer.line, lambda area: writer.line(area, True, tree.communes.get(area.unit_code, ())))
    return UnitGrid(writer.columns, writer.line(tree.city), groups)


@dataclass(frozen=True, slots=True)
class GridWriter:
    """Common inputs of the rows of a grid with targets as columns; `late` is by unit."""

    targets: Sequence[Target]
    figures: Cells
    highlighted: Highlighted
    late: Mapping[str, LateCount]

    @property
    def columns(self) -> tuple[MatrixColumn, ...]:
        """Return the columns."""
        return _target_columns(self.targets)

    def line(self, unit: Unit, can_open: bool = False, parts: Sequence[Unit] = ()) -> UnitLine:
        """Return the row of a unit and those of its `parts`."""
        row = _unit_row(unit, self.targets, self.figures, self.highlighted)
        return UnitLine(row, self.late.get(unit.unit_code), can_open, tuple(self.line(part) for part in parts))


def heading(key: str, name: str) -> UnitLine:
    """Return a group's row that has a name only."""
    return UnitLine(MatrixRow(key, name, name, ()), None)


def wards_spec(targets: Sequence[Target], wards: Sequence[Unit], figures: Cells) -> MatrixSpec:
    """Return wards as rows (up to about thirty), targets as columns."""
    rows = tuple(_unit_row(ward, targets, figures) for ward in wards)
    return MatrixSpec(_target_columns(targets), rows)


def _target_columns(targets: Sequence[Target]) -> tuple[MatrixColumn, ...]:
    return tuple(
        MatrixColumn(target.target_code, words.of(target, "short_name"), words.of(target, "name")) for target in targets
    )


def _unit_row(unit: Unit, targets: Sequence[Target], figures: Cells, highlighted: Highlighted = None) -> MatrixRow:
    """Return a unit's row; an area or region, which has a long name, uses its short name."""
    name = words.of(unit, "name")
    label = name if unit.is_authority else words.of(unit, "short_name")
    cells = []
    for target in targets:
        row = figures.get((target.target_code, unit.unit_code))
        is_lit = highlighted is None or (target.target_code, unit.unit_code) in highlighted
        cells.append(_cell(row, target, name, (unit.unit_code, target.target_code), is_lit))
    return MatrixRow(unit.unit_code, label, name, tuple(cells))


def _cell(
    row: Progress | None, target: Target, unit_name: str, keys: tuple[str, str], is_lit: bool = True
) -> MatrixCell | None:
    """Return the cell; `unit_name` begins its explanation, which is empty without a name."""
    if row is None:
        return None
    return MatrixCell(
        row_code=keys[0],
        column_code=keys[1],
        status=row.shown_status,
        figure=value_or_nothing(row),
        word=words.status(row.shown_status).lower(),
        explanation=explain(row, target, unit_name) if unit_name else "",
        is_provisional=is_doubtful(row),
        is_lit=is_lit,
    )
