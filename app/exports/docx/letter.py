"""Layout of an official document: national heading, issuing body, number, date, type and abstract, body, signature.

Decree 30/2020/NĐ-CP, Appendix I: A4; margins 20 mm above and below, 30 mm left, 15 mm right; Times New Roman in black;
national title 12, motto 13, type and abstract 14, body 13; page numbers from the second page on, centred above. Number,
date and signer are left as dotted lines for the office to fill in.
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Sequence
from dataclasses import dataclass

from docx import Document
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.table import WD_ALIGN_VERTICAL, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
from docx.section import Section, _Header
from docx.shared import Mm, Pt, RGBColor
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph

from app.core.i18n import Words
from app.exports.docx import text_height, word_xml

FONT = "Times New Roman"
PAGE_MM, MARGINS_MM = (210, 297), {"top_margin": 20, "bottom_margin": 20, "left_margin": 30, "right_margin": 15}
BODY_PT, INDENT_MM = 13.0, 10.0
TEXT_MM, LEFT_MM = 165.0, 66.0


@dataclass(frozen=True, slots=True)
class Cell:
    """Cell of a table: its text, the colours of its background and its text (#rrggbb), its alignment, its weight."""

    text: str
    fill: str = ""
    ink: str = ""
    align: str = "left"
    is_bold: bool = False


class Letter:
    """Document written from top to bottom; `label` is on every page.

    `height_pt` is the estimated height of the content, for documents that must fit one page. Only the word processor
    knows the real height, so the estimate is rather too high.
    """

    def __init__(self, words: Words, label: str, title: str, made_at: dt.datetime, body_pt: float = BODY_PT) -> None:
        self.words, self._label, self._body_pt = words, label, body_pt
        self._document = Document()
        self.height_pt = 0.0
        style = self._document.styles["Normal"]
        style.font.name, style.font.size = FONT, Pt(body_pt)
        word_xml.font(style.element, FONT)
        style.paragraph_format.space_after = style.paragraph_format.space_before = Pt(0)
        self._dress(self._document.sections[0], has_first_page=True)
        core = self._document.core_properties
        core.title, core.author, core.comments = title, "", label
        core.created = core.modified = made_at
        core.language = words.lang

    def letterhead(self, symbol: str, city: str, *, is_dated: bool = True) -> None:
        """Write the issuing body in `city` at the left, the national heading at the right, number and date below.

        Minutes are not dated here, because their first line has the date.
        """
        table = self._plain_table((LEFT_MM, TEXT_MM - LEFT_MM))
        left, right = table.rows[0].cells
        words = self.words
        first, *others = words("letterhead.parent", city=city.upper()).split("|")
        _write(left.paragraphs[0], first, 12, ALIGN.CENTER)
        for line in others:
            _write(left.add_paragraph(), line, 12, ALIGN.CENTER)
        _write(left.add_paragraph(), words("letterhead.issuer"), 12, ALIGN.CENTER, bold=True)
        _underline(left.add_paragraph(), 23)
        _write(right.paragraphs[0], words("letterhead.nation"), 12, ALIGN.CENTER, bold=True)
        _write(right.add_paragraph(), words("letterhead.motto"), 13, ALIGN.CENTER, bold=True)
        _underline(right.add_paragraph(), 20)
        below = table.add_row().cells
        _write(below[0].paragraphs[0], words("letterhead.number", symbol=symbol), 13, ALIGN.CENTER)
        if is_dated:
            _write(below[1].paragraphs[0], words("letterhead.date", city=city), 13, ALIGN.CENTER, italic=True)
        self.height_pt += text_height.LETTERHEAD_PT

    def title(self, kind: str, abstract: str, *, begins_page: bool = False) -> None:
        """Write the type of the document and its abstract, on a new page if `begins_page`."""
        heading = _write(self._paragraph(before=10), kind, 14, ALIGN.CENTER, bold=True)
        heading.paragraph_format.page_break_before = begins_page
        _write(self._paragraph(), abstract, 14, ALIGN.CENTER, bold=True)
        _underline(self._paragraph(after=4), 60)
        self.height_pt += (
            16 + text_height.paragraph_height(kind, 14, TEXT_MM) + text_height.paragraph_height(abstract, 14, TEXT_MM)
        )

    def addressee(self, text: str) -> None:
        """Write the addressee."""
        _write(self._paragraph(after=4), text, self._body_pt + 1, ALIGN.CENTER)
        self.height_pt += 4 + text_height.paragraph_height(text, self._body_pt + 1, TEXT_MM)

    def heading(self, text: str, level: int = 1) -> None:
        """Write a heading, kept with the next paragraph; `level` is its level in the document's outline."""
        paragraph = _write(self._paragraph(before=4, after=2), text, self._body_pt, ALIGN.JUSTIFY, bold=True)
        paragraph.paragraph_format.first_line_indent = Mm(INDENT_MM)
        paragraph.paragraph_format.keep_with_next = True
        word_xml.outline(paragraph, level)
        self.height_pt += 6 + text_height.paragraph_height(text, self._body_pt, TEXT_MM)

    def paragraph(self, text: str, after: float = 3, *, leads: bool = False) -> None:
        """Write a body paragraph: justified, its first line indented; with `leads`, kept with the next paragraph."""
        paragraph = _write(self._paragraph(after=after), text, self._body_pt, ALIGN.JUSTIFY)
        paragraph.paragraph_format.first_line_indent = Mm(INDENT_MM)
        paragraph.paragraph_format.keep_with_next = leads
        self.height_pt += after + text_height.paragraph_height(text, self._body_pt, TEXT_MM, INDENT_MM)

    def table(
        self,
        widths_mm: Sequence[float],
        head: Sequence[str],
        rows: Sequence[Sequence[Cell]],
        size: float,
        padding_mm: float = 1.0,
        *,
        is_kept: bool = False,
    ) -> None:
        """Write a ruled table whose head is repeated on every page and whose rows are not split.

        With `is_kept`, it stays on one page.
        """
        table = self._document.add_table(rows=1, cols=len(head))
        table.style, table.alignment, table.autofit = "Table Grid", WD_TABLE_ALIGNMENT.CENTER, False
        word_xml.padding(table, padding_mm)
        for cell, text in zip(table.rows[0].cells, head, strict=True):
            _write(cell.paragraphs[0], text, size, ALIGN.CENTER, bold=True)
        word_xml.repeat(table.rows[0])
        for row in rows:
            for made, cell in zip(table.add_row().cells, row, strict=True):
                _fill(made, cell, size)
        for row_made in table.rows[:-1] if is_kept else ():
            for made in row_made.cells:
                made.paragraphs[0].paragraph_format.keep_with_next = True
        for row_made in table.rows:
            word_xml.keep_whole(row_made)
            for made, wide in zip(row_made.cells, widths_mm, strict=True):
                made.width = Mm(wide)
        for column, wide in zip(table.columns, widths_mm, strict=True):
            column.width = Mm(wide)
        self._paragraph().paragraph_format.line_spacing = Pt(4)
        lines = [head, *([cell.text for cell in row] for row in rows)]
        self.height_pt += 4 + sum(text_height.row_height(texts, widths_mm, size) for texts in lines)

    def close(self, recipients: Sequence[str]) -> None:
        """Write recipients at the left and the signature block at the right, kept together."""
        words = self.words
        table = self._plain_table((75, TEXT_MM - 75))
        left, right = table.rows[0].cells
        word_xml.keep_whole(table.rows[0])
        self._recipients(left, recipients)
        self._signature(right, words("letterhead.position"), words("letterhead.signature"))
        self.height_pt += text_height.SIGNATURE_PT

    def close_minutes(self, recipients: Sequence[str]) -> None:
        """Write the signatures of the secretary, at the left, and of the chair, at the right; recipients below."""
        words = self.words
        table = self._plain_table((TEXT_MM / 2, TEXT_MM / 2))
        left, right = table.rows[0].cells
        word_xml.keep_whole(table.rows[0])
        self._signature(left, words("minutes.secretary"), words("minutes.signature"))
        self._signature(right, words("minutes.chairman"), words("letterhead.signature"))
        below = table.add_row()
        word_xml.keep_whole(below)
        self._recipients(below.cells[0], recipients)

    def _recipients(self, cell: _Cell, recipients: Sequence[str]) -> None:
        words = self.words
        _write(cell.paragraphs[0], words("letterhead.recipients"), 12, ALIGN.LEFT, bold=True, italic=True)
        for recipient in recipients:
            _write(cell.add_paragraph(), f"- {recipient}", 11, ALIGN.LEFT)

    def _signature(self, cell: _Cell, position: str, note: str) -> None:
        _write(cell.paragraphs[0], position, 13, ALIGN.CENTER, bold=True)
        _write(cell.add_paragraph(), note, 12, ALIGN.CENTER, italic=True)
        for _ in range(2):
            _write(cell.add_paragraph(), "", 13, ALIGN.CENTER)
        _write(cell.add_paragraph(), self.words("letterhead.signer"), 13, ALIGN.CENTER, bold=True)

    def annex(self, number: str, title: str, note: str) -> float:
        """Begin a landscape annex and return the width of its text in mm."""
        section = self._document.add_section(WD_SECTION.NEW_PAGE)
        section.orientation, (section.page_height, section.page_width) = WD_ORIENT.LANDSCAPE, map(Mm, PAGE_MM)
        self._dress(section, has_first_page=False)
        section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Mm(15)
        _write(self._paragraph(), number, 14, ALIGN.CENTER, bold=True)
        _write(self._paragraph(), title, 13, ALIGN.CENTER, bold=True)
        _write(self._paragraph(after=4), note, 12, ALIGN.CENTER, italic=True)
        return PAGE_MM[1] - 30

    def note(self, text: str) -> None:
        """Write a small remark below a table."""
        _write(self._paragraph(after=2), text, 10, ALIGN.LEFT, italic=True)

    def content(self) -> bytes:
        """Return the file's bytes."""
        stream = io.BytesIO()
        self._document.save(stream)
        return stream.getvalue()

    def _paragraph(self, before: float = 0, after: float = 0) -> Paragraph:
        paragraph = self._document.add_paragraph()
        paragraph.paragraph_format.space_before, paragraph.paragraph_format.space_after = Pt(before), Pt(after)
        return paragraph

    def _plain_table(self, widths_mm: Sequence[float]) -> Table:
        table: Table = self._document.add_table(rows=1, cols=len(widths_mm))
        table.autofit = False
        table.alignment = WD_TABLE_ALIGNMENT.CENTER
        word_xml.padding(table, 0.5)
        for column, wide in zip(table.columns, widths_mm, strict=True):
            column.width = Mm(wide)
            for cell in column.cells:
                cell.width = Mm(wide)
        return table

    def _dress(self, section: Section, has_first_page: bool) -> None:
        if has_first_page:
            section.page_width, section.page_height = map(Mm, PAGE_MM)
            for name, millimetres in MARGINS_MM.items():
                setattr(section, name, Mm(millimetres))
        section.header_distance = section.footer_distance = Mm(8)
        section.different_first_page_header_footer = has_first_page
        if has_first_page:
            self._head(section.first_page_header, with_number=False)
        section.header.is_linked_to_previous = False
        self._head(section.header, with_number=True)

    def _head(self, header: _Header, with_number: bool) -> None:
        paragraph = header.paragraphs[0]
        if with_number:
            run = _write(paragraph, "", 13, ALIGN.CENTER).add_run()
            run.font.size = Pt(13)
            word_xml.font(run._r, FONT)
            word_xml.page_number(run)
            paragraph = header.add_paragraph()
        _write(paragraph, self._label, 9, ALIGN.RIGHT, italic=True)


def _write(
    paragraph: Paragraph, text: str, size: float, align: ALIGN, bold: bool = False, italic: bool = False
) -> Paragraph:
    paragraph.alignment = align
    if text:
        run = paragraph.add_run(text)
        run.font.size, run.bold, run.italic = Pt(size), bold or None, italic or None
        word_xml.font(run._r, FONT)
    return paragraph


def _underline(paragraph: Paragraph, inset_mm: float) -> None:
    """Write the thin line under a heading: a flat paragraph with a lower border, inset from both sides."""
    paragraph.paragraph_format.left_indent = paragraph.paragraph_format.right_indent = Mm(inset_mm)
    paragraph.paragraph_format.line_spacing = Pt(2)
    word_xml.line_below(paragraph)


def _fill(made: _Cell, cell: Cell, size: float) -> None:
    alignment = {"left": ALIGN.LEFT, "center": ALIGN.CENTER, "right": ALIGN.RIGHT}[cell.align]
    paragraph = _write(made.paragraphs[0], cell.text, size, alignment, bold=cell.is_bold)
    made.vertical_alignment = WD_ALIGN_VERTICAL.CENTER
    for run in paragraph.runs if cell.ink else ():
        run.font.color.rgb = RGBColor.from_string(cell.ink.lstrip("#"))
    if cell.fill:
        word_xml.shade(made, cell.fill)
