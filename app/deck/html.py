"""HTML of slides: every one of a review in one page, turned by the browser. Sizes live in `css/deck.css`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from markupsafe import Markup

from app.core.i18n import Words
from app.deck.model import Cell, Deck, FormSlot, Matrix, Slide, Subject, Topic, cell_text
from app.figures.line.html import slide_course
from app.figures.ranking.html import draw_slide_ranking
from app.ui.templates import render

# The width of a letter of a row's name, on average.
NAME_EM = 0.55


def draw_slides(deck: Deck, parts: Mapping[str, Markup], ledger_href: str, words: Words) -> Markup:
    """The whole deck; `parts` are what is not of a slide, by name: forms in the slots for them, `decide` for the form
    that opens over any slide, `cover` and `close` below the text of those slides. What is to be told of a number is at
    `ledger_href`, asked for with its unit and target."""
    return render(
        "deck/slides.html",
        deck=deck,
        parts=parts,
        ledger_href=ledger_href,
        words=words,
        identity=_identity,
        subject_code=_subject_code,
        topic=_topic,
        cell_text=cell_text,
        kind_of=_kind,
        names_width=_names_width,
        draw_course=slide_course,
        draw_ranking=draw_slide_ranking,
    )


def _identity(slide: Slide, number: int) -> str:
    """What stays the same about a slide when others come before it."""
    form = next((block.name for block in slide.blocks if isinstance(block, FormSlot)), "")
    return f"{slide.kind}-{form or number}"


def _subject_code(subject: Subject) -> str:
    """A subject as the page's script reads it: `T08.760`."""
    return f"{subject.target_code}.{subject.unit_code}"


def _topic(row: Sequence[Cell]) -> Subject | None:
    """What a table's row is about."""
    return next((cell.subject for cell in row if isinstance(cell, Topic)), None)


def _kind(block: object) -> str:
    """The name of the macro that draws a block."""
    return type(block).__name__.lower()


def _names_width(matrix: Matrix) -> str:
    """How wide the names of a matrix's rows are."""
    return f"{max(len(row.name) for row in matrix.rows) * NAME_EM:.1f}em"
