"""Spec of the tile map: units as equal tiles, placed approximately as in the city, or in their area."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.core.i18n import words
from app.core.levels import unit_page
from app.core.status import sign_of
from app.records import Progress, Target, Unit
from app.ui.figure_text import (
    explain,
    is_doubtful,
    legend_statuses,
    value_and_status,
    value_or_nothing,
)

# Tiles side by side in a wall whose units have no places of their own.
WALL_COLUMNS = 12


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
class Place:
    """Units that are shown together, under a name; in a row and a column of the map, or one group below the other."""

    name: str
    codes: frozenset[str]
    row: int | None = None
    column: int | None = None


@dataclass(frozen=True, slots=True)
class Wall:
    """Tiles of a place."""

    place: Place
    tiles: tuple[Tile, ...]

    @property
    def column_count(self) -> int:
        """Return the number of columns of its tiles."""
        return max(tile.column for tile in self.tiles)


@dataclass(frozen=True, slots=True)
class TileMap:
    """Tiles of a target in the units' order, the statuses of the legend, the map as text.

    With `walls` the tiles of each are placed by themselves.
    """

    title: str
    target_code: str
    tiles: tuple[Tile, ...]
    statuses: tuple[str, ...]
    has_provisional: bool
    story: tuple[str, ...]
    walls: tuple[Wall, ...] = ()

    @property
    def is_nested(self) -> bool:
        """Return whether the walls have their own rows and columns."""
        return any(wall.place.row is not None for wall in self.walls)

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
    marked: str | None = None,
    title: str = "",
    places: Sequence[Place] = (),
) -> TileMap:
    """Return the map of the units; `marked` is the code of a highlighted unit.

    With `places` every unit has a tile in the wall of its place, in the order of `units` where it has no own.
    """

    def tile(row: Progress, at: tuple[int, int]) -> Tile:
        unit = units[row.unit_code]
        return Tile(
            unit_code=unit.unit_code,
            page=unit_page(unit.unit_level),
            name=words.of(unit, "short_name"),
            label=explain(row, target, words.of(unit, "name")),
            row=at[0],
            column=at[1],
            status=row.shown_status,
            status_word=words.status(row.shown_status),
            sign=sign_of(row.shown_status),
            value_text=value_or_nothing(row),
            is_provisional=is_doubtful(row),
            is_marked=unit.unit_code == marked,
        )

    of_unit = {row.unit_code: row for row in rows}
    walls = []
    for place in places:
        known = [unit for code, unit in units.items() if code in place.codes and code in of_unit]
        if known:
            positions = _positions(known)
            walls.append(Wall(place, tuple(tile(of_unit[unit.unit_code], positions[unit.unit_code]) for unit in known)))
    positions = _positions([units[row.unit_code] for row in rows])
    tiles = () if places else tuple(tile(row, positions[row.unit_code]) for row in rows)
    return TileMap(
        title=title or words("target.map"),
        target_code=target.target_code,
        tiles=tiles,
        statuses=legend_statuses(target, rows),
        has_provisional=any(map(is_doubtful, rows)),
        story=tuple(f"{words.of(units[row.unit_code], 'name')}: {value_and_status(row)}" for row in rows),
        walls=tuple(walls),
    )


def _positions(units: Sequence[Unit]) -> dict[str, tuple[int, int]]:
    """Return the units' own rows and columns; where one has none, or two have the same, rows filled in order."""
    own = {
        unit.unit_code: (unit.tile_row, unit.tile_col)
        for unit in units
        if unit.tile_row is not None and unit.tile_col is not None
    }
    if len(set(own.values())) == len(units):
        return own
    return {unit.unit_code: (1 + index // WALL_COLUMNS, 1 + index % WALL_COLUMNS) for index, unit in enumerate(units)}
