"""HTML of the tiles, each a link to its target's page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from markupsafe import Markup

from app.core.i18n import Words
from app.core.url_state import Href
from app.figures.sparkline.html import draw_sparkline
from app.figures.tiles.spec import TargetTile
from app.ui.templates import render


def draw_target_tiles(groups: Mapping[str, Sequence[TargetTile]], link: Href, words: Words) -> Markup:
    """Render the tiles under the names of their statuses."""
    return render("figures/tiles/tiles.html", groups=groups, link=link, words=words, draw_sparkline=draw_sparkline)
