"""Pictures that can be explored: the same picture drawn by Plotly, which is fetched for whoever looks closely only."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.url_state import State
from app.ui.assets import library_address


@dataclass(frozen=True, slots=True)
class Exploring:
    """Where a picture's figure is fetched, and the library that draws it."""

    figure: str
    library: str


def exploring(state: State, figure: str) -> Exploring | None:
    """What it takes to explore the picture that `figure` names in the page's `figures`; nothing in a file."""
    if state.is_file:
        return None
    return Exploring(state.export("figure.json", figure=figure), library_address())
