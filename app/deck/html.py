"""HTML of slides: all slides of a review in one page, turned by the browser. Sizes are in `css/deck.css`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from markupsafe import Markup

from app.analysis.agenda import DROP, EARLIER, LATER, MEETING_MINUTES
from app.deck.model import Cell, Deck, FormSlot, Matrix, Slide, Subject, Topic, cell_text
from app.figures.bridge.html import slide_bridge
from app.figures.drawing.text_metrics import wrapped
from app.figures.line.html import slide_series
from app.figures.ranking.html import draw_slide_ranking, draw_unit_strip
from app.figures.view_chart.html import draw_view_chart
from app.ui.templates import render

# Steps with a topic by the key that takes them.
STEPS_OF_A_TOPIC = {"u": EARLIER, "d": LATER, "x": DROP}
# The size of a cover's title in units of the slide, and the width that it has.
COVER_LETTERS, COVER_WIDTH = 52.8, 1172
# The average width of a character in a row's name, and the width of the longest name that is shown whole.
NAME_EM, NAMES_EM = 0.55, 16.0


def draw_slides(deck: Deck, parts: Mapping[str, Markup], ledger_href: str) -> Markup:
    """Render the complete deck.

    `parts` are HTML that is not part of a slide, by name: forms for their slots, `decide` for the form that opens over
    any slide, `cover` and `close` below the text of those slides. Details of a number are at `ledger_href`, requested
    with its unit and target.
    """
    return render(
        "deck/slides.html",
        deck=deck,
        parts=parts,
        ledger_href=ledger_href,
        identities=_identities(deck.slides),
        subject_code=_subject_code,
        topic=_topic,
        cell_text=cell_text,
        kind_of=_kind,
        names_width=_names_width,
        draw_series=slide_series,
        draw_ranking=draw_slide_ranking,
        draw_strip=draw_unit_strip,
        draw_view_chart=draw_view_chart,
        draw_bridge=slide_bridge,
        is_long=_is_long,
        steps=STEPS_OF_A_TOPIC,
        meeting_minutes=MEETING_MINUTES,
    )


def _identities(slides: Sequence[Slide]) -> list[str]:
    """Return an identifier of each slide that does not change when slides of another kind are inserted before it."""
    numbers: Counter[str] = Counter()
    identities = []
    for slide in slides:
        numbers[slide.kind] += 1
        form = next((block.name for block in slide.blocks if isinstance(block, FormSlot)), "")
        identities.append(f"{slide.kind}-{slide.topic or form or numbers[slide.kind]}")
    return identities


def _subject_code(subject: Subject) -> str:
    """Return a subject in the form that the page's script reads: `T08,760`. No code contains a comma."""
    return f"{subject.target_code},{subject.unit_code}"


def _topic(row: Sequence[Cell]) -> Subject | None:
    """Return the subject of a table's row."""
    return next((cell.subject for cell in row if isinstance(cell, Topic)), None)


def _kind(block: object) -> str:
    """Return the name of the macro that renders a block."""
    return type(block).__name__.lower()


def _is_long(title: str) -> bool:
    """Return whether a cover's title needs a third line."""
    return len(wrapped(title, COVER_LETTERS, COVER_WIDTH, is_bold=True)) > 2


def _names_width(matrix: Matrix) -> str:
    """Return the width of the names of a matrix's rows."""
    return f"{min(NAMES_EM, max(len(row.name) for row in matrix.rows) * NAME_EM):.1f}em"
