"""The card of one chosen figure: what it says, and the ways on: where it comes from, how it is counted, giving work."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup, escape

from app.core.i18n import Words
from app.core.url_state import PAGE_PARAMETERS, Href
from app.records import Progress, Target
from app.ui.figure_text import explain
from app.ui.status import chip


def figure_card(row: Progress, target: Target, place: str, link: Href, words: Words) -> Markup:
    """One chosen figure explained; `link(page, **parameters)` makes addresses."""
    head, *lines = explain(row, target, place, words).split("\n")
    told = "".join(f"<li>{escape(line)}</li>" for line in lines)
    status = chip(row.status, words, row.is_provisional and row.value_pct is not None)
    return Markup(
        f"<section class='card' aria-label='{escape(head)}'><h2>{escape(head)} {status}</h2>"
        f"<ul>{told}</ul><p class='ways'>{ways_on(row, link, words)}</p></section>"
    )


def ways_on(
    row: Progress, link: Href, words: Words, pages: Sequence[str] = ("origin", "methodology", "actions")
) -> Markup:
    """Links from a figure to those of `pages` that the app has."""
    return Markup(
        "".join(
            f"<a href='{escape(link(page, **parameters))}'>{escape(words(f'card.{page}'))}</a>"
            for page, parameters in _ways(row)
            if page in pages and page in PAGE_PARAMETERS
        )
    )


def _ways(row: Progress) -> list[tuple[str, dict[str, str]]]:
    cell = {"unit": row.unit_code, "target": row.target_code}
    return [("origin", cell), ("methodology", {"target": row.target_code}), ("actions", {"new": "1"} | cell)]
