"""What all Plotly figures share: type, colours, number style, and no more bytes than the picture needs.

Nothing here imports Plotly: figures are imported by the pages that draw one, while they draw it.
"""

from __future__ import annotations

from typing import Any

from app.charts.palette import INK, LINE
from app.words import Words

FONT = "Be Vietnam Pro, Source Sans, sans-serif"
FIGURES = "Source Sans, Be Vietnam Pro, sans-serif"
PAPER = "#ffffff"
GRID = "#e7ebf0"
CLEAR = "rgba(0,0,0,0)"
# Signs of statuses as Plotly's symbols, for points: a colour never stands alone.
SYMBOLS = {
    "met": "circle",
    "on_track": "square",
    "behind": "triangle-down",
    "far_behind": "x",
    "monitor": "circle-open-dot",
}


def layout(height: int, words: Words, **more: Any) -> dict[str, Any]:
    """A figure's layout. An empty template: Plotly's own is six kilobytes that every page would carry."""
    return {
        "template": {"data": {}, "layout": {}},
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
        "gridcolor": GRID,
        "tickfont": {"family": FIGURES},
        **more,
    }


def told(text: str) -> str:
    """An explanation of several lines as the text of a point: its first line stands out."""
    head, *lines = text.split("\n")
    return "<br>".join([f"<b>{head}</b>", *lines])
