"""Word XML that python-docx has no words for: borders, shades, fields, repeated heads."""

from __future__ import annotations

from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.table import Table, _Cell, _Row
from docx.text.paragraph import Paragraph
from docx.text.run import Run


def line_below(paragraph: Paragraph) -> None:
    """A solid line under a paragraph, as wide as the paragraph's indents leave."""
    border = _element("w:bottom", val="single", sz="6", space="1", color="000000")
    holder = OxmlElement("w:pBdr")
    holder.append(border)
    properties = paragraph._p.get_or_add_pPr()
    properties.insert_element_before(
        holder, "w:shd", "w:tabs", "w:suppressAutoHyphens", "w:spacing", "w:ind", "w:jc", "w:rPr"
    )


def outline(paragraph: Paragraph, level: int) -> None:
    """A heading's level in the outline that word processors list: 1 for parts, 2 for what is in them."""
    properties = paragraph._p.get_or_add_pPr()
    properties.insert_element_before(_element("w:outlineLvl", val=str(level - 1)), "w:divId", "w:rPr", "w:sectPr")


def shade(cell: _Cell, fill: str) -> None:
    """A cell's ground; `fill` as #rrggbb."""
    cell._tc.get_or_add_tcPr().append(_element("w:shd", val="clear", color="auto", fill=fill.lstrip("#")))


def repeat(row: _Row) -> None:
    """The row heads the table on every page that it reaches."""
    row._tr.get_or_add_trPr().append(_element("w:tblHeader", val="true"))


def keep_whole(row: _Row) -> None:
    """The row is never broken between two pages."""
    row._tr.get_or_add_trPr().append(_element("w:cantSplit", val="true"))


def padding(table: Table, sideways_mm: float) -> None:
    """How far text stays from the sides of a table's cells."""
    margins = OxmlElement("w:tblCellMar")
    for side in ("left", "right"):
        margins.append(_element(f"w:{side}", w=str(round(sideways_mm * 56.7)), type="dxa"))
    table._tbl.tblPr.append(margins)


def page_number(run: Run) -> None:
    """The number of the page that it stands on."""
    for kind, code in (("begin", None), (None, "PAGE"), ("end", None)):
        if kind:
            run._r.append(_element("w:fldChar", fldCharType=kind))
        else:
            text = OxmlElement("w:instrText")
            text.text = code
            run._r.append(text)


def font(element: BaseOxmlElement, name: str) -> None:
    """One font for every script of a run or style, so that no letter falls back to another."""
    fonts = element.get_or_add_rPr().get_or_add_rFonts()
    for script in ("ascii", "hAnsi", "eastAsia", "cs"):
        fonts.set(qn(f"w:{script}"), name)


def _element(tag: str, **attributes: str) -> BaseOxmlElement:
    element = OxmlElement(tag)
    for name, value in attributes.items():
        element.set(qn(f"w:{name}"), value)
    return element
