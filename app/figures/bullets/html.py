"""HTML of the bullet rows, each a link to its target's page."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from app.core.url_state import Href
from app.figures.bullets.spec import SCALE, BulletGroup, two_columns
from app.figures.sparkline.html import draw_sparkline
from app.ui.templates import render


def draw_bullets(groups: Sequence[BulletGroup], link: Href) -> Markup:
    """Render the rows under the names of their statuses in two columns, with the meaning of their marks."""
    rows = [bullet.row for group in groups for bullet in group.bullets]
    return render(
        "figures/bullets/bullets.html",
        columns=two_columns(groups),
        has_path=any(row.milestone_pct is not None for row in rows),
        at=SCALE.percent,
        link=link,
        draw_sparkline=draw_sparkline,
    )
