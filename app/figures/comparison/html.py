"""HTML of units side by side: a table whose figures lead on."""

from __future__ import annotations

from collections.abc import Callable

from markupsafe import Markup

from app.core.i18n import Words
from app.figures.comparison.spec import Comparison
from app.figures.strip.html import draw_strip
from app.records import Progress
from app.ui.templates import render


def draw_comparison(
    comparison: Comparison, link: Callable[[Progress], str], open_target: Callable[[str], str], words: Words
) -> Markup:
    """The table. `link(row)` is where a figure leads, `open_target(code)` where a target's name does."""
    return render(
        "figures/comparison/comparison.html",
        table=comparison,
        link=link,
        open_target=open_target,
        draw_strip=draw_strip,
        words=words,
    )
