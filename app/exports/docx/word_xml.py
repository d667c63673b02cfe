"""Word XML that python-docx does not support: borders, shades, fields, repeated heads."""

from __future__ import annotations

from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.table import Table, _Cell, _Row
from docx.text.paragraph import Paragraph
from docx.text.run import Run


def line_below(paragraph: Paragraph) -> None:
    """Add a solid line under a paragraph, between the paragraph's indents."""
    border = _element("w:bottom", val="single", sz="6", space="1", color="000000")
    holder = OxmlElement("w:pBdr")
    holder.append(border)
    properties = paragraph._p.get_or_add_pPr()
    properties.insert_element_before(
        holder, "w:shd", "w:tabs", "w:suppressAutoHyphens", "w:spacing", "w:ind", "w:jc", "w:rPr"
    )


def outline(paragraph: Paragraph, level: int) -> None:
    """Set a heading's level in the document outline: 1 for parts, 2 for sections within them."""
    properties = paragraph._p.get_or_add_pPr()
    properties.insert_element_before(_element("w:outlineLvl", val=str(level - 1)), "w:divId", "w:rPr", "w:sectPr")


def shade(cell: _Cell, fill: str) -> None:
    """Set a cell's background; `fill` as #rrggbb."""
    cell._tc.get_or_add_tcPr().append(_element("w:shd", val="clear", color="auto", fill=fill.lstrip("#")))


def repeat(row: _Row) -> None:
    """Repeat the row as the head of the table on every page."""
    row._tr.get_or_add_trPr().append(_element("w:tblHeader", val="true"))


def keep_whole(row: _Row) -> None:
    """Prevent the row from being split between two pages."""
    row._tr.get_or_add_trPr().append(_element("w:cantSplit", val="true"))


def padding(table: Table, sideways_mm: float) -> None:
    """Set the horizontal padding of a table's cells."""
    margins = OxmlElement("w:tblCellMar")
    for side in ("left", "right"):
        margins.append(_element(f"w:{side}", w=str(round(sideways_mm * 56.7)), type="dxa"))
    table._tbl.tblPr.append(margins)


def page_number(run: Run) -> None:
    """Insert the page number."""
    for kind, code in (("begin", None), (None, "PAGE"), ("end", None)):
        if kind:
            run._r.append(_element("w:fldChar", fldCharType=kind))
        else:
            text = OxmlElement("w:instrText")
            text.text = code
            run._r.append(text)


def font(element: BaseOxmlElement, name: str) -> None:
    """Set one font for every script of a run or style, so that no letter uses a fallback font."""
    fonts = element.get_or_add_rPr().get_or_add_rFonts()
    for script in ("ascii", "hAnsi", "eastAsia", "cs"):
        fonts.set(qn(f"w:{script}"), name)


def _element(tag: str, **attributes: str) -> BaseOxmlElement:
    element = OxmlElement(tag)
    for name, value in attributes.items():
        element.set(qn(f"w:{name}"), value)
    return element
