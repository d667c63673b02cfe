"""Spec of the tile map: units as equal tiles, placed approximately as in the city, or in their area."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.core.i18n import Words
from app.core.page_context import UNIT_PAGES
from app.core.status import sign_of
from app.records import Progress, Target, Unit
from app.ui.figure_text import (
    explain,
    is_doubtful,
    legend_statuses,
    value_and_status,
    value_or_nothing,
)


@dataclass(frozen=True, slots=True)
class Tile:
    """Unit in a row and a column of the map (from 1), and the page it links to.

    `value_text` is empty without a figure.
    """

    unit_code: str
    page: str
    name: str
    label: str
    row: int
    column: int
    status: str
    status_word: str
    sign: str
    value_text: str
    is_provisional: bool
    is_marked: bool


@dataclass(frozen=True, slots=True)
class TileMap:
    """Tiles of a target in the units' order, the statuses of the legend, the map as text."""

    title: str
    target_code: str
    tiles: tuple[Tile, ...]
    statuses: tuple[str, ...]
    has_provisional: bool
    story: tuple[str, ...]

    @property
    def row_count(self) -> int:
        """Return the number of rows of the map."""
        return max((tile.row for tile in self.tiles), default=1)

    @property
    def column_count(self) -> int:
        """Return the number of columns of the map."""
        return max((tile.column for tile in self.tiles), default=1)


def tile_map_of(
    rows: Sequence[Progress],
    target: Target,
    units: Mapping[str, Unit],
    words: Words,
    marked: str | None = None,
    title: str = "",
) -> TileMap:
    """Return the map of the units with a tile; `marked` is the code of a highlighted unit."""
    tiles = tuple(
        Tile(
            unit_code=unit.unit_code,
            page=UNIT_PAGES[unit.unit_level],
            name=words.of(unit, "short_name"),
            label=explain(row, target, words.of(unit, "name"), words),
            row=unit.tile_row,
            column=unit.tile_col,
            status=row.shown_status,
            status_word=words.status(row.shown_status),
            sign=sign_of(row.shown_status),
            value_text=value_or_nothing(row, words),
            is_provisional=is_doubtful(row),
            is_marked=unit.unit_code == marked,
        )
        for row in rows
        if (unit := units[row.unit_code]).tile_row is not None and unit.tile_col is not None
    )
    return TileMap(
        title=title or words("target.map"),
        target_code=target.target_code,
        tiles=tiles,
        statuses=legend_statuses(target, rows),
        has_provisional=any(map(is_doubtful, rows)),
        story=tuple(f"{words.of(units[row.unit_code], 'name')}: {value_and_status(row, words)}" for row in rows),
    )
