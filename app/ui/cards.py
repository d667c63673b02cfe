"""Panels: a card with its tools, pairs of name and text, what is folded away until asked for."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup, escape


def card(title: Markup, body: Markup, tools: Markup) -> Markup:
    """What was chosen, in a frame of its own; `tools` stand beside its title."""
    return Markup(f"<section class='card marked'><div class='heading'><h2>{title}</h2>{tools}</div>{body}</section>")


def pairs(parts: Sequence[tuple[str, Markup]]) -> Markup:
    """Names and what they are."""
    items = "".join(f"<div><dt>{escape(name)}</dt><dd>{text}</dd></div>" for name, text in parts)
    return Markup(f"<dl class='pairs'>{items}</dl>")


def folded(summary: str, body: Markup) -> Markup:
    """A part that opens when it is asked for."""
    return Markup(f"<details><summary>{escape(summary)}</summary>{body}</details>")
