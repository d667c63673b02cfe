"""Interactive charts: the same chart rendered by Plotly, which is loaded only on demand."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.url_state import State
from app.ui.assets import library_address


@dataclass(frozen=True, slots=True)
class Exploring:
    """Addresses of a chart's interactive figure and of its library."""

    figure: str
    library: str


def exploring(state: State, figure: str) -> Exploring | None:
    """Return the addresses for the chart that `figure` names in the page's `figures`; None in a file."""
    if state.is_file:
        return None
    return Exploring(state.export("figure.json", figure=figure), library_address())
