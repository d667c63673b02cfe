"""HTML of the card of one chosen figure: what it says, and the ways on: where it comes from, how it is counted, giving
work."""

from __future__ import annotations

from markupsafe import Markup

from app.core.i18n import Words
from app.core.page_context import NOTHING
from app.core.url_state import Href
from app.records import Progress, Target
from app.ui.figure_text import explain, lateness_text
from app.ui.page_header import way_to
from app.ui.status import figure_chip
from app.ui.templates import render


def figure_card(row: Progress, target: Target, place: str, link: Href, words: Words, short: Markup = NOTHING) -> Markup:
    """A figure at `place` (a unit's name) explained, one fact a line, and who is `short` below it."""
    title, *facts = explain(row, target, place, words).split("\n")
    lines = [line for line in (*facts, lateness_text(row, words), short) if line]
    ways = [
        origin_link(row, link, words),
        way_to(link("methodology", target=row.target_code), words("card.methodology")),
        way_to(link("actions", new="1", unit=row.unit_code, target=row.target_code), words("card.actions")),
    ]
    return render("pages/shared/figure_card.html", title=title, status=figure_chip(row, words), lines=lines, ways=ways)


def origin_link(row: Progress, link: Href, words: Words) -> Markup:
    """The way from a figure to what it is made of."""
    return way_to(link("origin", unit=row.unit_code, target=row.target_code), words("card.origin"))
