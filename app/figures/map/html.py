"""HTML of the tile map: a list of tiles, each a link to its unit."""

from __future__ import annotations

from markupsafe import Markup

from app.core.url_state import Href
from app.figures.map.spec import TileMap
from app.ui.templates import render


def draw_tile_map(tile_map: TileMap, link: Href) -> Markup:
    """Render the tiles; `link` returns the address of a unit's page with the target marked."""
    return render("figures/map/tile_map.html", map=tile_map, link=link)
