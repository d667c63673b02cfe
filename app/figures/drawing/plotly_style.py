"""What all Plotly figures share: type, colours, number style, and no more bytes than the picture needs.

A figure lies over the same picture in HTML: the page's script gives it that one's height, margins and sizes of letters.
Points are explained by the page's own floating text: Plotly's would be cut at the edge of the figure. Nothing here
imports Plotly before a figure is drawn: it is loaded for whoever explores one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from app.core.i18n import Words
from app.ui.fonts import FIGURES_FAMILY, WORDS_FAMILY
from app.ui.palette import INK, LIGHT, LINE, MUTED

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

FONT = f"{WORDS_FAMILY}, {FIGURES_FAMILY}, sans-serif"
FIGURES = f"{FIGURES_FAMILY}, {WORDS_FAMILY}, sans-serif"
PAPER = "#ffffff"
CLEAR = "rgba(0,0,0,0)"
# Signs of statuses as Plotly's symbols, for points: a colour never stands alone. What is not certain has paper inside.
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
    """A figure without Plotly's own template: six kilobytes that every page would carry."""
    from plotly import graph_objects  # noqa: PLC0415 - Plotly is loaded for whoever explores

    return graph_objects.Figure(layout={"template": graph_objects.layout.Template()})


def layout(words: Words, **more: Any) -> dict[str, Any]:
    """A figure's layout."""
    return {
        "font": {"family": FONT, "size": 12, "color": INK},
        "paper_bgcolor": CLEAR,
        "plot_bgcolor": CLEAR,
        "dragmode": False,
        "legend": {"orientation": "h", "x": 0, "yanchor": "top", "tracegroupgap": 0, "font": {"size": 12}},
        "separators": ",." if words.lang == "vi" else ".,",
        **more,
    }


def axis(**more: Any) -> dict[str, Any]:
    """An axis that does not zoom: pages scroll over figures on a phone."""
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
    """A text that stands out."""
    return Markup("<b>{}</b>").format(text)
