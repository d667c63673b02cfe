"""HTML of panels: a card with its tools, pairs of name and text, what is folded away until asked for."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from app.ui.templates import render


def card(title: Markup, body: Markup, tools: Markup) -> Markup:
    """What was chosen, in a frame of its own; `tools` stand beside its title."""
    return render("ui/card.html", title=title, body=body, tools=tools)


def pairs(parts: Sequence[tuple[str, str]], kind: str = "pairs") -> Markup:
    """Names and what they are; `kind` is the class of the list."""
    return render("ui/pairs.html", parts=parts, kind=kind)


def folded(summary: str, body: Markup) -> Markup:
    """A part that opens when it is asked for."""
    return Markup("<details><summary>{}</summary>{}</details>").format(summary, body)
