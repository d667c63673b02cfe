"""The grids of targets as documents: by district, and a district's wards."""

from __future__ import annotations

from collections.abc import Sequence

from app.core.i18n import Words
from app.figures.drawing.svg_document import Caption
from app.figures.drawing.svg_matrix import Entry, Line, Shape, matrix_chart
from app.figures.grid.html import Cells
from app.records import Progress, Target, Unit
from app.ui.figure_text import value_text

WARDS = Shape(names=170.0, column=84.0)
Lit = frozenset[tuple[str, str]] | None


def grid_chart(
    caption: Caption,
    targets: Sequence[Target],
    units: Sequence[Unit],
    cells: Cells,
    words: Words,
    lit: Lit = None,
) -> str:
    """Targets as lines, `units` (the city first) as columns; `lit` holds the cells that stand out, None means all."""
    groups = [target.group_code for target in targets]
    lines = [
        Line(
            words.of(target, "short_name"),
            [_entry(cells, target, unit, words, lit) for unit in units],
            target.target_code,
            target.group_code not in groups[:place],
        )
        for place, target in enumerate(targets)
    ]
    return matrix_chart(caption, [words.of(unit, "short_name") for unit in units], lines, words)


def wards_chart(caption: Caption, targets: Sequence[Target], wards: Sequence[Unit], cells: Cells, words: Words) -> str:
    """Wards as lines, targets as columns."""
    lines = [
        Line(words.of(ward, "name"), [_entry(cells, target, ward, words, None) for target in targets]) for ward in wards
    ]
    return matrix_chart(caption, [words.of(target, "short_name") for target in targets], lines, words, WARDS)


def _entry(cells: Cells, target: Target, unit: Unit, words: Words, lit: Lit) -> Entry | None:
    place = (target.target_code, unit.unit_code)
    row = cells.get(place)
    if row is None:
        return None
    is_lit = lit is None or place in lit
    return Entry(row.status, figure(row, words), in_words(row, words), is_doubtful(row), is_lit)


def figure(row: Progress, words: Words) -> str:
    """What stands in a cell beside its sign: the value, nothing where there is none."""
    return "" if row.value_pct is None else value_text(row, words)


def is_doubtful(row: Progress) -> bool:
    """Whether a figure that is there may still move."""
    return row.is_provisional and row.value_pct is not None


def in_words(row: Progress, words: Words) -> str:
    """A figure with its status, for a chart's text."""
    value = f"{figure(row, words)}% " if row.value_pct is not None else ""
    return f"{value}{words.status(row.status).lower()}"
