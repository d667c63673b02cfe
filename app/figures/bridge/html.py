"""HTML of a bridge: the sentence, and a table with a bar in each row."""

from __future__ import annotations

from collections.abc import Callable

from markupsafe import Markup

from app.figures.bridge.spec import BridgeBar, BridgeSpec
from app.ui.templates import render


def draw_bridge(spec: BridgeSpec, link: Callable[[BridgeBar], str]) -> Markup:
    """Render the bridge; `link` is the address of what a bar consists of, empty for a bar without one."""
    return render("figures/bridge/bridge.html", spec=spec, link=link, has_texts=True)


def slide_bridge(spec: BridgeSpec) -> Markup:
    """Render the bars alone, for a slide that has the sentence as its title."""
    return render("figures/bridge/bridge.html", spec=spec, link=lambda bar: "", has_texts=False)
