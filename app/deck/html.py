"""HTML of slides: every one of a review in one page, turned by the browser. Sizes live in `css/deck.css`."""

from __future__ import annotations

from collections.abc import Mapping

from markupsafe import Markup

from app.core.i18n import Words
from app.deck.model import Deck, FormSlot, Matrix, Slide
from app.figures.line.html import slide_course
from app.figures.ranking.html import draw_slide_ranking
from app.ui.templates import render

# The width of a letter of a row's name, on average.
NAME_EM = 0.55


def draw_slides(deck: Deck, cover_ways: Markup, forms: Mapping[str, Markup], words: Words) -> Markup:
    """The whole deck; `cover_ways` stand below the first slide's text, `forms` (by name) in the slots for them."""
    return render(
        "deck/slides.html",
        deck=deck,
        cover_ways=cover_ways,
        forms=forms,
        words=words,
        identity=_identity,
        kind_of=_kind,
        names_width=_names_width,
        draw_course=slide_course,
        draw_ranking=draw_slide_ranking,
    )


def _identity(slide: Slide, number: int) -> str:
    """What stays the same about a slide when others come before it."""
    form = next((block.name for block in slide.blocks if isinstance(block, FormSlot)), "")
    return f"{slide.kind}-{form or number}"


def _kind(block: object) -> str:
    """The name of the macro that draws a block."""
    return type(block).__name__.lower()


def _names_width(matrix: Matrix) -> str:
    """How wide the names of a matrix's rows are."""
    return f"{max(len(row.name) for row in matrix.rows) * NAME_EM:.1f}em"
