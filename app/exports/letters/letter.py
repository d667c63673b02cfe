"""Content of an official document in the order of Decree 30/2020/NĐ-CP, Appendix I.

National heading, issuing body, number, date, type and abstract, body, signature, annexes. Number, date and signer are
left as dotted lines for the office to fill in. A writer decides how each block appears.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from app.core.i18n import words
from app.core.programmes import with_programme
from app.exports.shared.origin import Origin

# Kinds of paragraphs; Word's template names its styles after them.
TextKind = Literal["Addressee", "Heading 1", "Heading 2", "Body Text", "Lead-in", "List Item", "Note"]


@dataclass(frozen=True, slots=True)
class Column:
    """Column of a table: its heading, its width in shares of the table's, the kind of its cells."""

    heading: str
    share: float
    kind: Literal["Text", "Number", "Centred"] = "Text"


@dataclass(frozen=True, slots=True)
class Cell:
    """Cell of a table: its text, the colours of its background and its text (#rrggbb), its weight."""

    text: str
    fill: str = ""
    ink: str = ""
    is_bold: bool = False


@dataclass(frozen=True, slots=True)
class Letterhead:
    """Issuing body below its parents, at the left; national heading, at the right; number and date below."""

    parents: tuple[str, ...]
    issuer: str
    nation: str
    motto: str
    number: str
    place_and_date: str


@dataclass(frozen=True, slots=True)
class Title:
    """Type of the document and its abstract."""

    kind: str
    abstract: str
    begins_page: bool


@dataclass(frozen=True, slots=True)
class Text:
    """Text of one kind: a heading, paragraph or other line of an official document."""

    kind: TextKind
    text: str


@dataclass(frozen=True, slots=True)
class Table:
    """Ruled table whose head is repeated on every page and whose rows are not split.

    A grid has many narrow columns in small type. A kept one stays on one page.
    """

    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    is_grid: bool
    is_kept: bool


@dataclass(frozen=True, slots=True)
class Signature:
    """Block of a signature: position, remark, dotted line for the name."""

    position: str
    note: str
    signer: str


@dataclass(frozen=True, slots=True)
class Closing:
    """End of the document: recipients with one signature at their right, or below two signatures."""

    recipients_head: str
    recipients: tuple[str, ...]
    signatures: tuple[Signature, ...]


@dataclass(frozen=True, slots=True)
class Annex:
    """Beginning of an annex, on a page across."""

    number: str
    title: str
    note: str


Block = Letterhead | Title | Text | Table | Closing | Annex


class Letter:
    """Document put together from top to bottom.

    `blocks` are its content, `label` is on every page, `subject` is its title in a file's properties. `made_at` is the
    moment of a document that is not about the newest figures, such as a meeting's.
    """

    def __init__(self, label: str, title: str, origin: Origin, made_at: dt.datetime | None = None) -> None:
        self.label = label
        self.subject = with_programme(title, words.lang)
        self.mark = origin.mark
        self.made_at = made_at or origin.made_at
        self.blocks: list[Block] = []

    @property
    def lang(self) -> str:
        """Return the language of the document."""
        return words.lang

    def letterhead(self, symbol: str, city: str, *, is_dated: bool = True) -> None:
        """Add the letterhead of an office in `city`. Minutes are not dated here: their first line has the date."""
        self.blocks.append(
            Letterhead(
                parents=tuple(words("letterhead.parent", city=city.upper()).split("|")),
                issuer=words("letterhead.issuer"),
                nation=words("letterhead.nation"),
                motto=words("letterhead.motto"),
                number=words("letterhead.number", symbol=symbol),
                place_and_date=words("letterhead.date", city=city) if is_dated else "",
            )
        )

    def title(self, kind: str, abstract: str, *, begins_page: bool = False) -> None:
        """Add the type of the document and its abstract, on a new page if `begins_page`."""
        self.blocks.append(Title(kind, abstract, begins_page))

    def addressee(self, text: str) -> None:
        """Add the addressee."""
        self._text("Addressee", text)

    def heading(self, text: str, level: Literal[1, 2] = 1) -> None:
        """Add a heading; `level` is its level in the document's outline."""
        self._text("Heading 1" if level == 1 else "Heading 2", text)

    def paragraph(self, text: str) -> None:
        """Add a paragraph of the body."""
        self._text("Body Text", text)

    def lead_in(self, text: str) -> None:
        """Add a paragraph that stays on the page of the table or paragraph after it."""
        self._text("Lead-in", text)

    def item(self, text: str) -> None:
        """Add an item of a list."""
        self._text("List Item", text)

    def note(self, text: str) -> None:
        """Add a small remark below a table."""
        self._text("Note", text)

    def table(self, columns: Sequence[Column], rows: Sequence[Sequence[str | Cell]]) -> None:
        """Add a table."""
        self._table(columns, rows)

    def grid(self, columns: Sequence[Column], rows: Sequence[Sequence[str | Cell]], *, is_kept: bool = False) -> None:
        """Add a table of many narrow columns in small type; with `is_kept`, it stays on one page."""
        self._table(columns, rows, is_grid=True, is_kept=is_kept)

    def close(self, recipients: Sequence[str]) -> None:
        """Add recipients and the signature of the office."""
        self._closing(recipients, (words("letterhead.position"), words("letterhead.signature")))

    def close_minutes(self, recipients: Sequence[str]) -> None:
        """Add the signatures of the secretary and of the chair, and recipients."""
        self._closing(
            recipients,
            (words("minutes.secretary"), words("minutes.signature")),
            (words("minutes.chairman"), words("letterhead.signature")),
        )

    def annex(self, number: str, title: str, note: str) -> None:
        """Begin an annex."""
        self.blocks.append(Annex(number, title, note))

    def _text(self, kind: TextKind, text: str) -> None:
        self.blocks.append(Text(kind, text))

    def _table(
        self,
        columns: Sequence[Column],
        rows: Sequence[Sequence[str | Cell]],
        *,
        is_grid: bool = False,
        is_kept: bool = False,
    ) -> None:
        cells = tuple(tuple(cell if isinstance(cell, Cell) else Cell(cell) for cell in row) for row in rows)
        self.blocks.append(Table(tuple(columns), cells, is_grid, is_kept))

    def _closing(self, recipients: Sequence[str], *signed: tuple[str, str]) -> None:
        # A page with nothing but signatures could be put below any text.
        last = self.blocks[-1]
        if isinstance(last, Text) and last.kind == "Body Text":
            self.blocks[-1] = Text("Lead-in", last.text)
        signer = words("letterhead.signer")
        signatures = tuple(Signature(position, note, signer) for position, note in signed)
        self.blocks.append(Closing(words("letterhead.recipients"), tuple(recipients), signatures))
