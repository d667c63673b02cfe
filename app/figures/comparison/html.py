"""HTML of a comparison of units: a table with linked figures."""

from __future__ import annotations

from collections.abc import Callable

from markupsafe import Markup

from app.figures.comparison.spec import Comparison
from app.figures.strip.html import draw_strip
from app.records import Progress
from app.ui.templates import render


def draw_comparison(
    comparison: Comparison, link: Callable[[Progress], str], open_target: Callable[[str], str]
) -> Markup:
    """Render the table. `link(row)` is the address of a figure, `open_target(code)` that of a target."""
    return render(
        "figures/comparison/comparison.html",
        table=comparison,
        link=link,
        open_target=open_target,
        draw_strip=draw_strip,
    )
