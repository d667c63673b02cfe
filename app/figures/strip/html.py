"""HTML of a strip: an SVG whose marks are at percentages of its width."""

from __future__ import annotations

from markupsafe import Markup

from app.figures.strip.spec import Strip
from app.ui.templates import render

# The minimum width of a range, so that it is visible where all districts are equal.
NARROWEST = 0.4


def draw_strip(strip: Strip) -> Markup:
    """Render the chart. Decorative: the figures are beside it."""
    breadth = max((strip.high or 0.0) - (strip.low or 0.0), NARROWEST)
    return render(
        "figures/strip/strip.html",
        strip=strip,
        at=strip.scale.percent,
        breadth=strip.scale.percent(breadth),
    )
