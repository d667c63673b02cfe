"""How the funnel stands on a page, in HTML as in Plotly: its height, and which names fit beside their points."""

from __future__ import annotations

from app.figures.drawing.text_metrics import width
from app.figures.funnel.label_places import Area, Lettering, Placed, Spot, placed_labels
from app.figures.funnel.spec import FunnelSpec

# In letters of the page: on a large screen the picture grows with them.
HEIGHT_EM = 25.4
# The plot area that names are placed for: a phone's, so that they fit everywhere.
PLOT = Area(300.0, 200.0)
NAME_PX = 12
LETTERING = Lettering(lambda name: width(name, NAME_PX), line=13.0, radius=6.0, beside=6.0, above=6.0)
# Between these limits the picture has a ground.
GROUNDED = 95.0


def names_beside(spec: FunnelSpec) -> dict[str, Placed]:
    """The names that fit, by the codes of their districts."""
    spots = {
        mark.point.row.unit_code: Spot(
            spec.across(mark.point.size) * PLOT.width, (1 - spec.up(mark.point.value)) * PLOT.height
        )
        for mark in spec.marks
    }
    return placed_labels(spots, spec.names, PLOT, LETTERING)
