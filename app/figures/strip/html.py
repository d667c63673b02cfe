"""HTML of a strip: an SVG whose marks stand at percentages of its width."""

from __future__ import annotations

from markupsafe import Markup

from app.core.i18n import Words
from app.figures.strip.spec import Strip
from app.ui.templates import render

# A range of districts that are all alike is still seen.
NARROWEST = 0.4


def draw_strip(strip: Strip, words: Words) -> Markup:
    """The picture. Decorative: the figures stand beside it."""
    breadth = max((strip.high or 0.0) - (strip.low or 0.0), NARROWEST)
    return render(
        "figures/strip/strip.html",
        strip=strip,
        at=strip.scale.percent,
        breadth=strip.scale.percent(breadth),
        words=words,
    )
