"""Review: the quarterly meeting from the first slide to the decisions, one page for the projector."""

from __future__ import annotations

from markupsafe import Markup

from app.core.page_context import Context, Page
from app.deck import html as deck_html
from app.deck.build import build
from app.deck.data import gather
from app.deck.model import Deck
from app.pages.review.forms import cover_ways, decide_form, hold_form


def deck_of(context: Context) -> Deck:
    """The slides for the chosen quarter, or for the past review in the address; files are made from them too."""
    return build(gather(context, context.state.get("held")))


def page(context: Context) -> Page:
    """Every slide in one page without bars; the browser turns them."""
    words, state, held = context.words, context.state, context.state.get("held")
    material = gather(context, held)
    deck = build(material)
    seen = material.context
    forms: dict[str, Markup] = {}
    if not material.is_past:
        targets = list(seen.targets.values())
        forms["decide"] = decide_form(state, material.units, targets, words, material.held)
        forms["hold"] = hold_form(state, seen.publication.version, words)
    ways = cover_ways(state, material.reviews, held, words)
    return Page(words("review.tab"), (deck_html.slides(deck, ways, forms, words),), is_bare=True)
