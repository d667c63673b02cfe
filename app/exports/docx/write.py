"""Word file of an official document.

`template.docx` decides the appearance: pages, margins, header and a named style for each part. This module only chooses
styles. To restyle the documents, open the template in Word, change its styles, margins or header, and save: it shows
every style on its own name, upright pages in its first section, annexes in its second. Style names must not change.

The template follows Decree 30/2020/NĐ-CP, Appendix I: A4; margins 20 mm above and below, 30 mm left, 15 mm right; Times
New Roman in black; national title 12, motto 13, type and abstract 14, body 13; page numbers from the second page on,
centred above.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from copy import deepcopy
from pathlib import Path

from docx import Document
from docx.shared import Emu, RGBColor
from docx.table import Table as WordTable
from docx.table import _Cell, _Row
from docx.text.paragraph import Paragraph

from app.exports.docx import text_height, word_xml
from app.exports.letters.letter import Annex, Block, Cell, Closing, Letter, Letterhead, Signature, Table, Text, Title
from app.exports.shared.origin import undated
from warehouse import clock

TEMPLATE = Path(__file__).with_name("template.docx")
# Shares of the text's width: issuing body and national heading, recipients and signature, two signatures.
HEAD_SHARES, FOOT_SHARES, MINUTES_FOOT_SHARES = (40, 60), (45, 55), (50, 50)


def word_bytes(letter: Letter) -> bytes:
    """Return a document as a Word file."""
    return _WordFile(letter).content()


def first_of_one_page(letters: Iterable[Letter]) -> bytes:
    """Return the first of `letters`, which get shorter, that is estimated to fit one page; the last if none does."""
    for letter in letters:
        written = _WordFile(letter)
        if written.fits_one_page:
            break
    return written.content()


class _WordFile:
    """Word file with the blocks of a document."""

    def __init__(self, letter: Letter) -> None:
        self._document = Document(str(TEMPLATE))
        upright, lying = self._document.sections
        for section in (upright, lying):
            for header in (section.header, section.first_page_header):
                header.paragraphs[-1].text = letter.label
        self._annex_properties = deepcopy(lying._sectPr)
        word_xml.replace_properties(lying, upright._sectPr)
        self._document._body.clear_content()
        core = self._document.core_properties
        core.title, core.author, core.last_modified_by, core.comments = letter.subject, "", "", letter.label
        core.created = core.modified = clock.to_utc(letter.made_at)
        core.identifier = letter.mark
        core.language = letter.lang
        word_xml.set_language(self._document, letter.lang)
        for block in letter.blocks:
            self._write(block)

    @property
    def fits_one_page(self) -> bool:
        """Return whether the content is estimated to fit one page."""
        return text_height.fits_one_page(self._document)

    def content(self) -> bytes:
        """Return the file's bytes."""
        stream = io.BytesIO()
        self._document.save(stream)
        return undated(stream.getvalue())

    def _write(self, block: Block) -> None:
        match block:
            case Text():
                self._paragraph(block.kind, block.text)
            case Table():
                self._ruled(block)
            case Letterhead():
                self._letterhead(block)
            case Title():
                self._paragraph("Title", block.kind).paragraph_format.page_break_before = block.begins_page or None
                self._paragraph("Abstract", block.abstract)
                self._paragraph("Abstract Rule")
            case Closing():
                self._closing(block)
            case Annex():
                word_xml.replace_properties(self._document.add_section(), self._annex_properties)
                self._paragraph("Annex Number", block.number)
                self._paragraph("Annex Title", block.title)
                self._paragraph("Annex Note", block.note)

    def _letterhead(self, head: Letterhead) -> None:
        table = self._table("Layout Table", HEAD_SHARES)
        left, right = table.add_row().cells
        parents = [("Parent Body", line) for line in head.parents]
        _write(left, *parents, ("Issuer", head.issuer), ("Issuer Rule", ""))
        _write(right, ("National Title", head.nation), ("Motto", head.motto), ("Motto Rule", ""))
        left, right = table.add_row().cells
        _write(left, ("Document Number", head.number))
        _write(right, ("Place and Date", head.place_and_date))

    def _closing(self, closing: Closing) -> None:
        """Write recipients at the left of one signature, or below two; each row is kept together."""
        if len(closing.signatures) == 1:
            left, right = _kept_row(self._table("Layout Table", FOOT_SHARES)).cells
            _recipients(left, closing)
            _signature(right, closing.signatures[0])
            return
        table = self._table("Layout Table", MINUTES_FOOT_SHARES)
        for cell, signature in zip(_kept_row(table).cells, closing.signatures, strict=True):
            _signature(cell, signature)
        _recipients(_kept_row(table).cells[0], closing)

    def _paragraph(self, style: str, text: str = "") -> Paragraph:
        paragraph = self._document.add_paragraph(text)
        word_xml.set_style(paragraph, style)
        return paragraph

    def _table(self, style: str, shares: Sequence[float]) -> WordTable:
        """Add a table as wide as the text, still without rows."""
        table: WordTable = self._document.add_table(rows=0, cols=len(shares))
        table.style, table.autofit = style, False
        room = text_height.text_width(self._document.sections[-1])
        for column, share in zip(table.columns, shares, strict=True):
            column.width = Emu(round(room * share / sum(shares)))
        return table

    def _ruled(self, content: Table) -> None:
        kind = "Grid" if content.is_grid else "Table"
        style = "Ruled Grid" if content.is_grid else "Ruled Table"
        table = self._table(style, [column.share for column in content.columns])
        head = _kept_row(table)
        word_xml.repeat(head)
        for made, column in zip(head.cells, content.columns, strict=True):
            _write(made, (f"{kind} Head", column.heading))
        empty = _kept_row(table)
        for made, column in zip(empty.cells, content.columns, strict=True):
            _write(made, (f"{kind} {column.kind}", ""))
        table._tbl.remove(empty._tr)
        for row in content.rows:
            # Copying a row takes a fraction of the time of putting one together.
            copied = deepcopy(empty._tr)
            table._tbl.append(copied)
            for tc, cell in zip(copied.tc_lst, row, strict=True):
                _fill(_Cell(tc, table), cell)
        for made_row in table.rows[:-1] if content.is_kept else ():
            for made in made_row.cells:
                made.paragraphs[0].paragraph_format.keep_with_next = True
        # Word joins two tables without a paragraph between them.
        self._paragraph("Table End")


def _recipients(cell: _Cell, closing: Closing) -> None:
    lines = [("Recipients", f"- {recipient}") for recipient in closing.recipients]
    _write(cell, ("Recipients Head", closing.recipients_head), *lines)


def _signature(cell: _Cell, signature: Signature) -> None:
    _write(cell, ("Position", signature.position), ("Signature Note", signature.note), ("Signature", signature.signer))


def _kept_row(table: WordTable) -> _Row:
    """Add a row that is not split between two pages."""
    row: _Row = table.add_row()
    word_xml.keep_whole(row)
    return row


def _write(cell: _Cell, *lines: tuple[str, str]) -> None:
    """Write paragraphs into an empty cell, each as its style and its text."""
    for place, (style, text) in enumerate(lines):
        paragraph = cell.add_paragraph() if place else cell.paragraphs[0]
        word_xml.set_style(paragraph, style)
        paragraph.add_run(text)


def _fill(made: _Cell, cell: Cell) -> None:
    """Write a cell's text and marks into a cell whose paragraph has its style and an empty run."""
    run = made.paragraphs[0].runs[0]
    run.text = cell.text
    if cell.is_bold:
        word_xml.set_style(run, "Strong")
    if cell.ink:
        run.font.color.rgb = RGBColor.from_string(cell.ink.lstrip("#"))
    if cell.fill:
        word_xml.shade(made, cell.fill)
