"""HTML of many small courses, each a link."""

from __future__ import annotations

from collections.abc import Callable

from markupsafe import Markup

from app.figures.small_multiples.spec import Multiples
from app.figures.sparkline.html import draw_sparkline
from app.ui.templates import render


def draw_multiples(multiples: Multiples, lead: Callable[[str], str]) -> Markup:
    """The courses beside each other; `lead(code)` is where the one of a unit or target leads."""
    return render(
        "figures/small_multiples/multiples.html", multiples=multiples, lead=lead, draw_sparkline=draw_sparkline
    )
