"""Tile map of the city as an SVG document."""

from __future__ import annotations

from markupsafe import Markup

from app.core.i18n import percent_sign
from app.figures.drawing.status_icons import REACH, sign
from app.figures.drawing.svg_document import MARGIN, Caption, cell_ink_of, document, legend, status_box, text
from app.figures.drawing.text_metrics import width
from app.figures.map.spec import WALL_COLUMNS, Tile, TileMap

TILE_WIDTH = 148.0
TILE_HEIGHT = 66.0
GAP = 5.0
VALUE_PX = 16.0
NAME_HEIGHT = 24.0


def tile_map_document(caption: Caption, tile_map: TileMap) -> Markup:
    """Render the tiles with name, sign and value, and a legend of the signs that occur."""
    body = Markup("").join(_tile(tile, tile.row, tile.column, 0.0) for tile in tile_map.tiles)
    columns, bottom = tile_map.column_count, tile_map.row_count * (TILE_HEIGHT + GAP) + 14
    if tile_map.walls:
        columns, (body, bottom) = WALL_COLUMNS, _walls(tile_map)
    wide = 2 * MARGIN + columns * (TILE_WIDTH + GAP) - GAP
    keys, high = legend(tile_map.statuses, bottom, wide - 2 * MARGIN, tile_map.has_provisional)
    return document(caption, body + keys, (wide, high), tile_map.story)


def _walls(tile_map: TileMap) -> tuple[Markup, float]:
    """Render the walls one below the other, tiles in rows under their names; return them and their end."""
    body, top = Markup(""), 0.0
    for wall in tile_map.walls:
        body += text(MARGIN, top + 16, wall.place.name, 14, font_weight="600")
        top += NAME_HEIGHT
        for index, tile in enumerate(wall.tiles):
            body += _tile(tile, 1 + index // WALL_COLUMNS, 1 + index % WALL_COLUMNS, top)
        top += -(-len(wall.tiles) // WALL_COLUMNS) * (TILE_HEIGHT + GAP) + GAP
    return body, top + 14


def _tile(tile: Tile, row: int, column: int, top: float) -> Markup:
    x = MARGIN + (column - 1) * (TILE_WIDTH + GAP)
    y = top + (row - 1) * (TILE_HEIGHT + GAP)
    middle = x + TILE_WIDTH / 2
    ink = cell_ink_of(tile.status)
    svg = status_box(tile.status, x, y, TILE_WIDTH, TILE_HEIGHT, tile.is_provisional)
    svg += text(middle, y + 26, tile.name, 14, text_anchor="middle", fill=ink)
    if not tile.value_text:
        svg += sign(tile.status, middle, y + 37, ink)
        return svg + text(middle, y + 57, tile.status_word, 11.5, text_anchor="middle", fill=ink)
    value = tile.value_text + percent_sign(tile.value_text)
    start = middle - (2 * REACH[tile.status] + 6 + width(value, VALUE_PX, is_bold=True)) / 2
    svg += sign(tile.status, start + REACH[tile.status], y + 46, ink)
    return svg + text(start + 2 * REACH[tile.status] + 6, y + 51.5, value, VALUE_PX, font_weight="600", fill=ink)
