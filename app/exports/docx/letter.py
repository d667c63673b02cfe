"""Official document: national heading, issuing body, number, date, type and abstract, body, signature, annexes.

`template.docx` decides the appearance: pages, margins, header and a named style for each part. This module only chooses
styles. To restyle the documents, open the template in Word, change its styles, margins or header, and save: it shows
every style on its own name, upright pages in its first section, annexes in its second. Style names must not change.

The template follows Decree 30/2020/NĐ-CP, Appendix I: A4; margins 20 mm above and below, 30 mm left, 15 mm right; Times
New Roman in black; national title 12, motto 13, type and abstract 14, body 13; page numbers from the second page on,
centred above. Number, date and signer are left as dotted lines for the office to fill in.
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from docx import Document
from docx.shared import Emu, RGBColor
from docx.table import Table, _Cell, _Row
from docx.text.paragraph import Paragraph

from app.core.i18n import Words
from app.core.programmes import with_programme
from app.exports.docx import text_height, word_xml

TEMPLATE = Path(__file__).with_name("template.docx")
# Shares of the text's width: issuing body and national heading, recipients and signature, two signatures.
HEAD_SHARES, FOOT_SHARES, MINUTES_FOOT_SHARES = (40, 60), (45, 55), (50, 50)


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


class Letter:
    """Document written from top to bottom; `label` is on every page."""

    def __init__(self, words: Words, label: str, title: str, made_at: dt.datetime) -> None:
        self.words = words
        self._document = Document(str(TEMPLATE))
        upright, lying = self._document.sections
        for section in (upright, lying):
            for header in (section.header, section.first_page_header):
                header.paragraphs[-1].text = label
        self._annex_properties = deepcopy(lying._sectPr)
        word_xml.replace_properties(lying, upright._sectPr)
        self._document._body.clear_content()
        core = self._document.core_properties
        core.title, core.author, core.last_modified_by, core.comments = with_programme(title, words.lang), "", "", label
        core.created = core.modified = made_at
        core.language = words.lang
        word_xml.set_language(self._document, words.lang)

    @property
    def fits_one_page(self) -> bool:
        """Return whether the content is estimated to fit one page."""
        return text_height.fits_one_page(self._document)

    def letterhead(self, symbol: str, city: str, *, is_dated: bool = True) -> None:
        """Write the issuing body in `city` at the left, the national heading at the right, number and date below.

        Minutes are not dated here, because their first line has the date.
        """
        words = self.words
        table = self._table("Layout Table", HEAD_SHARES)
        left, right = table.add_row().cells
        parents = [("Parent Body", line) for line in words("letterhead.parent", city=city.upper()).split("|")]
        _write(left, *parents, ("Issuer", words("letterhead.issuer")), ("Issuer Rule", ""))
        _write(
            right,
            ("National Title", words("letterhead.nation")),
            ("Motto", words("letterhead.motto")),
            ("Motto Rule", ""),
        )
        left, right = table.add_row().cells
        _write(left, ("Document Number", words("letterhead.number", symbol=symbol)))
        _write(right, ("Place and Date", words("letterhead.date", city=city) if is_dated else ""))

    def title(self, kind: str, abstract: str, *, begins_page: bool = False) -> None:
        """Write the type of the document and its abstract, on a new page if `begins_page`."""
        self._paragraph("Title", kind).paragraph_format.page_break_before = begins_page or None
        self._paragraph("Abstract", abstract)
        self._paragraph("Abstract Rule")

    def addressee(self, text: str) -> None:
        """Write the addressee."""
        self._paragraph("Addressee", text)

    def heading(self, text: str, level: int = 1) -> None:
        """Write a heading; `level` is its level in the document's outline, 1 or 2."""
        self._paragraph(f"Heading {level}", text)

    def paragraph(self, text: str) -> None:
        """Write a paragraph of the body."""
        self._paragraph("Body Text", text)

    def lead_in(self, text: str) -> None:
        """Write a paragraph that stays on the page of the table or paragraph after it."""
        self._paragraph("Lead-in", text)

    def item(self, text: str) -> None:
        """Write an item of a list."""
        self._paragraph("List Item", text)

    def note(self, text: str) -> None:
        """Write a small remark below a table."""
        self._paragraph("Note", text)

    def table(self, columns: Sequence[Column], rows: Sequence[Sequence[str | Cell]]) -> None:
        """Write a ruled table whose head is repeated on every page and whose rows are not split."""
        self._ruled("Ruled Table", "Table", columns, rows)

    def grid(self, columns: Sequence[Column], rows: Sequence[Sequence[str | Cell]], *, is_kept: bool = False) -> None:
        """Write a table of many narrow columns in small type; with `is_kept`, it stays on one page."""
        table = self._ruled("Ruled Grid", "Grid", columns, rows)
        for row in table.rows[:-1] if is_kept else ():
            for cell in row.cells:
                cell.paragraphs[0].paragraph_format.keep_with_next = True

    def close(self, recipients: Sequence[str]) -> None:
        """Write recipients at the left and the signature block at the right, kept together."""
        words = self.words
        left, right = _kept_row(self._table("Layout Table", FOOT_SHARES)).cells
        self._recipients(left, recipients)
        self._signature(right, words("letterhead.position"), words("letterhead.signature"))

    def close_minutes(self, recipients: Sequence[str]) -> None:
        """Write the signatures of the secretary, at the left, and of the chair, at the right; recipients below."""
        words = self.words
        table = self._table("Layout Table", MINUTES_FOOT_SHARES)
        left, right = _kept_row(table).cells
        self._signature(left, words("minutes.secretary"), words("minutes.signature"))
        self._signature(right, words("minutes.chairman"), words("letterhead.signature"))
        self._recipients(_kept_row(table).cells[0], recipients)

    def annex(self, number: str, title: str, note: str) -> None:
        """Begin an annex on a page of the template's second section."""
        word_xml.replace_properties(self._document.add_section(), self._annex_properties)
        self._paragraph("Annex Number", number)
        self._paragraph("Annex Title", title)
        self._paragraph("Annex Note", note)

    def content(self) -> bytes:
        """Return the file's bytes."""
        stream = io.BytesIO()
        self._document.save(stream)
        return stream.getvalue()

    def _paragraph(self, style: str, text: str = "") -> Paragraph:
        return self._document.add_paragraph(text, style)

    def _table(self, style: str, shares: Sequence[float]) -> Table:
        """Add a table as wide as the text, still without rows."""
        table: Table = self._document.add_table(rows=0, cols=len(shares))
        table.style, table.autofit = style, False
        room = text_height.text_width(self._document.sections[-1])
        for column, share in zip(table.columns, shares, strict=True):
            column.width = Emu(round(room * share / sum(shares)))
        return table

    def _ruled(self, style: str, kind: str, columns: Sequence[Column], rows: Sequence[Sequence[str | Cell]]) -> Table:
        table = self._table(style, [column.share for column in columns])
        head = _kept_row(table)
        word_xml.repeat(head)
        for made, column in zip(head.cells, columns, strict=True):
            _write(made, (f"{kind} Head", column.heading))
        for row in rows:
            for made, column, cell in zip(_kept_row(table).cells, columns, row, strict=True):
                _fill(made, f"{kind} {column.kind}", cell if isinstance(cell, Cell) else Cell(cell))
        # Word joins two tables without a paragraph between them.
        self._paragraph("Table End")
        return table

    def _recipients(self, cell: _Cell, recipients: Sequence[str]) -> None:
        lines = [("Recipients", f"- {recipient}") for recipient in recipients]
        _write(cell, ("Recipients Head", self.words("letterhead.recipients")), *lines)

    def _signature(self, cell: _Cell, position: str, note: str) -> None:
        _write(cell, ("Position", position), ("Signature Note", note), ("Signature", self.words("letterhead.signer")))


def _kept_row(table: Table) -> _Row:
    """Add a row that is not split between two pages."""
    row: _Row = table.add_row()
    word_xml.keep_whole(row)
    return row


def _write(cell: _Cell, *lines: tuple[str, str]) -> None:
    """Write paragraphs into an empty cell, each as its style and its text."""
    for place, (style, text) in enumerate(lines):
        paragraph = cell.add_paragraph() if place else cell.paragraphs[0]
        paragraph.style = style
        paragraph.add_run(text)


def _fill(made: _Cell, style: str, cell: Cell) -> None:
    _write(made, (style, cell.text))
    run = made.paragraphs[0].runs[0]
    if cell.is_bold:
        run.style = "Strong"
    if cell.ink:
        run.font.color.rgb = RGBColor.from_string(cell.ink.lstrip("#"))
    if cell.fill:
        word_xml.shade(made, cell.fill)
