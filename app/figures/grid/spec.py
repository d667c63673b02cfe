"""What the grids of targets show: the city's units by target, a district's wards by target."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from app.core.i18n import Words
from app.figures.matrix import LateCount, MatrixCell, MatrixColumn, MatrixRow, MatrixSpec
from app.records import Progress, Target, Unit
from app.ui.figure_text import explain, is_doubtful, value_or_nothing

# Figures by (target, unit).
Cells = Mapping[tuple[str, str], Progress]
# The cells that stand out; None where all do.
Highlighted = frozenset[tuple[str, str]] | None
CITY_LEVEL = "city"


def grid_spec(
    targets: Sequence[Target],
    units: Sequence[Unit],
    figures: Cells,
    words: Words,
    highlighted: Highlighted = None,
    late: Mapping[str, LateCount] | None = None,
    is_asked: bool = True,
) -> MatrixSpec:
    """Targets as rows, `units` (the city first) as columns; `late` by unit.

    Where a picture cannot be asked, no cell has an explanation: four hundred take a tenth of a page's time.
    """
    groups = [target.group_code for target in targets]
    columns = tuple(
        MatrixColumn(
            unit.unit_code,
            words.of(unit, "short_name"),
            words.of(unit, "name"),
            unit.unit_level == CITY_LEVEL,
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
            cells.append(_cell(row, target, asked_name, (code, column.key), words, is_lit))
        is_first = target.group_code not in groups[:index]
        rows.append(
            MatrixRow(code, words.of(target, "short_name"), words.of(target, "name"), tuple(cells), code, is_first)
        )
    return MatrixSpec(columns, tuple(rows))


def wards_spec(targets: Sequence[Target], wards: Sequence[Unit], figures: Cells, words: Words) -> MatrixSpec:
    """Wards as rows (there may be thirty), targets as columns."""
    columns = tuple(
        MatrixColumn(target.target_code, words.of(target, "short_name"), words.of(target, "name")) for target in targets
    )
    rows = []
    for ward in wards:
        name = words.of(ward, "name")
        cells = []
        for target in targets:
            row = figures.get((target.target_code, ward.unit_code))
            cells.append(_cell(row, target, name, (ward.unit_code, target.target_code), words))
        rows.append(MatrixRow(ward.unit_code, name, name, tuple(cells)))
    return MatrixSpec(columns, tuple(rows))


def _cell(
    row: Progress | None, target: Target, unit_name: str, keys: tuple[str, str], words: Words, is_lit: bool = True
) -> MatrixCell | None:
    """The cell; `unit_name` begins its explanation, without one it has none."""
    if row is None:
        return None
    return MatrixCell(
        row_code=keys[0],
        column_code=keys[1],
        status=row.status,
        figure=value_or_nothing(row, words),
        word=words.status(row.status).lower(),
        explanation=explain(row, target, unit_name, words) if unit_name else "",
        is_provisional=is_doubtful(row),
        is_lit=is_lit,
    )
