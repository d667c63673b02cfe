"""HTML of panels: cards with tools, lists of names and texts, collapsible parts."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from app.ui.templates import render


def card(title: Markup, body: Markup, tools: Markup) -> Markup:
    """Render a selected item in a frame; `tools` are beside its title."""
    return render("ui/card.html", title=title, body=body, tools=tools)


def pairs(parts: Sequence[tuple[str, str]], kind: str = "pairs") -> Markup:
    """Render names with their texts; `kind` is the class of the list."""
    return render("ui/pairs.html", parts=parts, kind=kind)


def folded(summary: str, body: Markup) -> Markup:
    """Render a collapsed part."""
    return Markup("<details><summary>{}</summary>{}</details>").format(summary, body)
