"""Layout of the funnel on a page, shared by HTML and Plotly: its height, and the names beside points."""

from __future__ import annotations

from app.figures.drawing.text_metrics import width
from app.figures.funnel.label_places import Area, Lettering, Placed, Spot, placed_labels
from app.figures.funnel.spec import FunnelSpec

# In em of the page: on a large screen the chart grows with the font.
HEIGHT_EM = 25.4
# The plot area for which names are placed: that of a phone, so that they fit on any screen.
PLOT = Area(300.0, 200.0)
NAME_PX = 12
LETTERING = Lettering(lambda name: width(name, NAME_PX), line=13.0, radius=6.0, beside=6.0, above=6.0)
# The area between these limits is filled.
GROUNDED = 95.0


def names_beside(spec: FunnelSpec) -> dict[str, Placed]:
    """Return the labels that fit, by the codes of their districts."""
    spots = {
        mark.point.row.unit_code: Spot(
            spec.across(mark.point.size) * PLOT.width, (1 - spec.up(mark.point.value)) * PLOT.height
        )
        for mark in spec.marks
    }
    return placed_labels(spots, spec.names, PLOT, LETTERING)
