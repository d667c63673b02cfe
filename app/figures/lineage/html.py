"""HTML of a figure's lineage."""

from __future__ import annotations

from markupsafe import Markup

from app.figures.lineage.spec import LineageSpec
from app.ui.templates import render


def draw_lineage(lineage: LineageSpec) -> Markup:
    """Render the lineage as a chain of boxes."""
    return render("figures/lineage/lineage.html", lineage=lineage)
