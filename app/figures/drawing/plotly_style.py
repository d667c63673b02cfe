"""Common style of Plotly figures: type, colours, number style, small size.

A figure replaces the same chart in HTML: the page's script gives it the chart's height, margins and font sizes. Points
use the page's tooltips, because Plotly's would be cut off at the edge of the figure. Plotly is imported only when a
figure is rendered.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from app.core.i18n import words
from app.ui.fonts import FIGURES_FAMILY, WORDS_FAMILY
from app.ui.palette import INK, LIGHT, LINE, MUTED

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

FONT = f"{WORDS_FAMILY}, {FIGURES_FAMILY}, sans-serif"
FIGURES = f"{FIGURES_FAMILY}, {WORDS_FAMILY}, sans-serif"
PAPER = "#ffffff"
CLEAR = "rgba(0,0,0,0)"
# Signs of statuses as Plotly's symbols, so that no status depends on colour. Uncertain statuses are hollow.
SYMBOLS = {
    "met": "circle",
    "on_track": "square",
    "behind": "triangle-down",
    "far_behind": "x",
    "behind_unsure": "triangle-down",
    "far_behind_unsure": "x",
    "monitor": "circle-open-dot",
}


def empty() -> Figure:
    """Return a figure without Plotly's template: six kilobytes that every page would contain."""
    from plotly import graph_objects  # noqa: PLC0415 - Plotly is loaded on demand

    return graph_objects.Figure(layout={"template": graph_objects.layout.Template()})


def separators() -> str:
    """Return the decimal and the thousands separator of a language, as Plotly takes them."""
    return ",." if words.lang == "vi" else ".,"


def layout(**more: Any) -> dict[str, Any]:
    """Return a figure's layout."""
    return {
        "font": {"family": FONT, "size": 12, "color": INK},
        "paper_bgcolor": CLEAR,
        "plot_bgcolor": CLEAR,
        "dragmode": False,
        "legend": {"orientation": "h", "x": 0, "yanchor": "top", "tracegroupgap": 0, "font": {"size": 12}},
        "separators": separators(),
        **more,
    }


def axis(**more: Any) -> dict[str, Any]:
    """Return an axis without zoom, so that pages scroll over figures on a phone."""
    return {
        "fixedrange": True,
        "zeroline": False,
        "showgrid": False,
        "linecolor": LINE,
        "gridcolor": LIGHT["faint"],
        "tickfont": {"family": FIGURES, "size": 11.5, "color": MUTED},
        **more,
    }


def bold(text: str) -> Markup:
    """Return a bold text."""
    return Markup("<b>{}</b>").format(text)
