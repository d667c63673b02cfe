"""HTML of the tiles, each a link to its target's page."""

from __future__ import annotations

from markupsafe import Markup

from app.core.url_state import Href
from app.figures.sparkline.html import draw_sparkline
from app.figures.tiles.spec import TargetTiles
from app.ui.templates import render


def draw_target_tiles(tiles: TargetTiles, link: Href) -> Markup:
    """The tiles under their groups' names."""
    return render("figures/tiles/tiles.html", tiles=tiles, link=link, draw_sparkline=draw_sparkline)
