"""What all Plotly figures share: type, colours, number style, and no more bytes than the picture needs.

Nothing here imports Plotly before a figure is drawn: it is loaded by the pages that have one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from app.core.i18n import Words
from app.ui.fonts import FIGURES_FAMILY, WORDS_FAMILY
from app.ui.palette import INK, LIGHT, LINE

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

FONT = f"{WORDS_FAMILY}, {FIGURES_FAMILY}, sans-serif"
FIGURES = f"{FIGURES_FAMILY}, {WORDS_FAMILY}, sans-serif"
PAPER = "#ffffff"
CLEAR = "rgba(0,0,0,0)"
# Signs of statuses as Plotly's symbols, for points: a colour never stands alone.
SYMBOLS = {
    "met": "circle",
    "on_track": "square",
    "behind": "triangle-down",
    "far_behind": "x",
    "monitor": "circle-open-dot",
}


def empty() -> Figure:
    """A figure without Plotly's own template: six kilobytes that every page would carry."""
    from plotly import graph_objects  # noqa: PLC0415 - Plotly is loaded by pages that draw with it

    return graph_objects.Figure(layout={"template": graph_objects.layout.Template()})


def layout(height: int, words: Words, **more: Any) -> dict[str, Any]:
    """A figure's layout."""
    return {
        "height": height,
        "font": {"family": FONT, "size": 12, "color": INK},
        "paper_bgcolor": CLEAR,
        "plot_bgcolor": CLEAR,
        "hoverlabel": {"bgcolor": PAPER, "font": {"family": FONT, "size": 12, "color": INK}, "align": "left"},
        "dragmode": False,
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
        "tickfont": {"family": FIGURES, "size": 11},
        **more,
    }


def told(text: str) -> str:
    """An explanation of several lines as the text of a point, in the few tags that Plotly knows: its first line stands
    out."""
    head, *lines = text.split("\n")
    return str(Markup("<br>").join([bold(head), *lines]))


def bold(text: str) -> Markup:
    """A text that stands out."""
    return Markup("<b>{}</b>").format(text)
