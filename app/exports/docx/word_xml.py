"""Word XML that python-docx does not support, or slowly: shades, repeated heads, whole sections, language, styles."""

from __future__ import annotations

from copy import deepcopy
from typing import cast
from weakref import WeakKeyDictionary

from docx.document import Document
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.parts.document import DocumentPart
from docx.section import Section
from docx.table import _Cell, _Row
from docx.text.paragraph import Paragraph
from docx.text.run import Run

_style_ids: WeakKeyDictionary[DocumentPart, dict[str | None, str]] = WeakKeyDictionary()


def set_style(content: Paragraph | Run, name: str) -> None:
    """Give a paragraph or run a style of the document. Raises KeyError for a style that it does not have.

    python-docx would read all styles again, which takes longer than all else of a document of thousands of cells.
    """
    part = cast(DocumentPart, content.part)
    if part not in _style_ids:
        _style_ids[part] = {style.name: style.style_id for style in part.styles}
    content._element.style = _style_ids[part][name]


def shade(cell: _Cell, fill: str) -> None:
    """Set a cell's background; `fill` as #rrggbb."""
    cell._tc.get_or_add_tcPr().append(_element("w:shd", val="clear", color="auto", fill=fill.lstrip("#")))


def repeat(row: _Row) -> None:
    """Repeat the row as the head of the table on every page."""
    row._tr.get_or_add_trPr().append(_element("w:tblHeader", val="true"))


def keep_whole(row: _Row) -> None:
    """Prevent the row from being split between two pages."""
    row._tr.get_or_add_trPr().append(_element("w:cantSplit", val="true"))


def replace_properties(section: Section, properties: BaseOxmlElement) -> None:
    """Give a section a copy of another's page, margins and header."""
    section._sectPr.getparent().replace(section._sectPr, deepcopy(properties))


def set_language(document: Document, language: str) -> None:
    """Set the language in which word processors check spelling."""
    for element in document.styles.element.xpath("w:docDefaults//w:lang"):
        element.set(qn("w:val"), language)


def _element(tag: str, **attributes: str) -> BaseOxmlElement:
    element = OxmlElement(tag)
    for name, value in attributes.items():
        element.set(qn(f"w:{name}"), value)
    return element
