"""HTML of the way of a figure."""

from __future__ import annotations

from markupsafe import Markup

from app.core.i18n import Words
from app.figures.lineage.spec import LineageSpec
from app.ui.templates import render


def draw_lineage(lineage: LineageSpec, words: Words) -> Markup:
    """The way as a chain of boxes."""
    return render("figures/lineage/lineage.html", lineage=lineage, words=words)
