"""HTML of the tile map: each tile a link to its district."""

from __future__ import annotations

from markupsafe import Markup

from app.core.url_state import Href
from app.figures.map.spec import TileMap
from app.ui.templates import render


def draw_tile_map(tile_map: TileMap, link: Href) -> Markup:
    """The tiles; `link` makes the address of a district's page with the target marked."""
    return render("figures/map/tile_map.html", map=tile_map, link=link)
