"""HTML of small multiples of series, each a link."""

from __future__ import annotations

from collections.abc import Callable

from markupsafe import Markup

from app.figures.small_multiples.spec import Multiples
from app.figures.sparkline.html import draw_sparkline
from app.ui.templates import render


def draw_multiples(multiples: Multiples, lead: Callable[[str], str]) -> Markup:
    """Render the series side by side, of many the first; `lead(code)` is the address of a unit's or target's series."""
    return render(
        "figures/small_multiples/multiples.html",
        multiples=multiples,
        lead=lead,
        draw_sparkline=draw_sparkline,
    )
