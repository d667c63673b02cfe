"""Slides on pinned views, at the end of the deck: their list, and a table or chart of the first of them."""

from __future__ import annotations

from collections.abc import Iterable

from app.core.i18n import words
from app.core.saved_views import view_address
from app.deck.cards import figure_or_status
from app.deck.data import PinnedRows, ReviewData
from app.deck.model import Anchor, Cell, Lines, Mark, Slide, Table
from app.deck.pagination import paginate_evenly
from app.deck.titles import continued
from app.deck.view_content import ViewContent
from app.records import Progress
from warehouse.desk import SavedView

# Shares of a table's columns: of the list, of a view's rows.
LIST_WIDTHS = (40, 40, 20)
ROWS_WIDTHS = (28, 40, 14, 18)


def pinned(data: ReviewData, source: str) -> list[Slide]:
    """Return the list of pinned views and the first rows of some; empty without any, and for a past review."""
    if not data.pinned:
        return []
    slides = [*_list(data, source)]
    for item in data.pinned:
        slides += [_rows(item.view, item.rows, source)] if item.rows else []
        slides += [_content(item.view, item.content, source)] if item.content else []
    return slides


def _list(data: ReviewData, source: str) -> Iterable[Slide]:
    headings = tuple(words(f"views.{name}") for name in ("name", "note", "owner"))
    shown = [item.view for item in data.pinned]
    rows: list[tuple[Cell, ...]] = [
        (Anchor(view.name, view_address(view, words.lang)), view.note, view.saved_by) for view in shown
    ]
    # A file has no address of its own that its links could be relative to.
    notes = (words("speaker.pinned"), *(f"{view.name}: {view_address(view, words.lang)}" for view in shown))
    title = words("views.pinned_title")
    for index, page in enumerate(paginate_evenly(rows, LIST_WIDTHS)):
        table = Table(headings, LIST_WIDTHS, page)
        yield Slide("pinned", continued(title, index), (table,), notes[: None if index == 0 else 1], source)


def _content(view: SavedView, content: ViewContent, source: str) -> Slide:
    # A note is read out by who presents the slide.
    notes = (words("speaker.pinned"), *([view.note] if view.note else []), view_address(view, words.lang))
    return Slide("pinned", view.name, content.blocks, notes, source, words("views.pinned_title"))


def _rows(view: SavedView, pinned: PinnedRows, source: str) -> Slide:

    def cells(row: Progress) -> tuple[Cell, ...]:
        target, unit = pinned.figures.targets[row.target_code], pinned.figures.units[row.unit_code]
        status = Mark(row.shown_status, words.status(row.shown_status))
        name = f"{target.target_code} {words.of(target, 'short_name')}"
        return words.of(unit, "short_name"), name, figure_or_status(row), status

    headings = tuple(words(f"explore.column_{name}") for name in ("unit", "target", "value", "status"))
    shown = "no_rows" if not pinned.rows else "all_rows" if len(pinned.rows) == pinned.count else "first_rows"
    said = words(
        f"views.{shown}",
        period=words.period(pinned.selection.period),
        window=words(f"review.window_{pinned.selection.window}"),
        number=words.number(len(pinned.rows)),
        all=words.number(pinned.count),
    )
    lines = Lines((said, *([view.note] if view.note else [])))
    blocks = (lines, Table(headings, ROWS_WIDTHS, tuple(map(cells, pinned.rows)))) if pinned.rows else (lines,)
    return Slide("pinned", view.name, blocks, (words("speaker.pinned"),), source, words("views.pinned_title"))
