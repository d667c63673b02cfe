"""How the workbook looks and prints: calm colours, white where one types, grey where one only reads."""

from functools import cache
from typing import Any

import xlsxwriter
from xlsxwriter.color import Color
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from warehouse.text import load_texts

# Parsed once; a workbook has some forty formats.
ACCENT = Color("#08519C")
_INK, _MUTED, _FAINT = Color("#16202C"), Color("#5B6875"), Color("#8A94A0")
_LINE, _ENTRY_LINE = Color("#CBD3DC"), Color("#8FA3B8")
_HEAD, _KEY, _READ_ONLY, _TOTAL = Color("#DCE7F2"), Color("#F3F6F9"), Color("#ECEEF1"), Color("#E3EBF3")
_WHITE, _SAMPLE, _SAMPLE_INK = Color("#FFFFFF"), Color("#FFF3C4"), Color("#5C3D00")

NUMBER_FORMATS = {
    "count": "#,##0",
    "amount": "General",
    "percent": "General",
    "date": "dd/mm/yyyy",
    "text": "@",
    "code": "@",
}
_A4_PAPER = 9
# What a person may do on a locked sheet beside typing into white cells: read, copy, widen.
_ALLOWED = {"format_columns": True, "format_rows": True}


class Formats(dict[str, Format]):
    """Formats of one workbook by name, made when first asked for; the unlocked ones are named after data types."""

    def __init__(self, book: xlsxwriter.Workbook) -> None:
        super().__init__()
        self._book = book

    def __missing__(self, name: str) -> Format:
        self[name] = self._book.add_format(_looks()[name])
        return self[name]


@cache
def _looks() -> dict[str, dict[str, Any]]:
    """What XlsxWriter is told of each format."""
    line = {"border": 1, "border_color": _LINE}
    small = {"font_size": 7, "font_color": _FAINT}
    head = {"bold": True, "font_size": 10, "text_wrap": True, "align": "center", **line}
    band = {"bg_color": ACCENT, "font_color": _WHITE}
    read_only = {"bg_color": _READ_ONLY, "font_color": _MUTED, "font_size": 9, **line}
    total = {"bold": True, "bg_color": _TOTAL, **line, "top": 2, "top_color": ACCENT}
    named: dict[str, dict[str, Any]] = {
        "band_title": {"bold": True, "font_size": 18, "indent": 1, **band},
        "band_place": {"bold": True, "font_size": 14, "indent": 1, **band},
        "band_note": {"indent": 1, **band},
        "title": {"bold": True, "font_size": 14, "font_color": ACCENT},
        "place": {"bold": True, "font_size": 11},
        "note": {"italic": True, "font_size": 10, "font_color": _MUTED},
        "section": {
            "indent": 1,
            "bold": True,
            "font_size": 12,
            "font_color": ACCENT,
            "bottom": 2,
            "bottom_color": ACCENT,
        },
        "fact": {"font_color": _MUTED, "indent": 1},
        "fact_value": {"bold": True, "indent": 1},
        "stamp": {"font_color": _MUTED, "indent": 1},
        "sample": {"bold": True, "indent": 1, "bg_color": _SAMPLE, "font_color": _SAMPLE_INK},
        "label": {"bold": True, "font_size": 10, "indent": 1, "text_wrap": True},
        "text_line": {"font_size": 10, "text_wrap": True, "indent": 1},
        "link": {"font_color": ACCENT, "underline": 1, "bold": True, "indent": 1, **line},
        "asks": {"font_size": 10, "text_wrap": True, "indent": 1, **line},
        "filled": {"font_size": 10, "align": "center", **line},
        "column": {"bg_color": _HEAD, **head, "align": "left", "indent": 1},
        "column_middle": {"bg_color": _HEAD, **head},
        "code_mark": {**small, "shrink": True},
        "code_row": {**small, "align": "center", "shrink": True, "bg_color": _KEY, **line},
        "measured_in": {"italic": True, "font_size": 9, "font_color": _MUTED, "align": "center"},
        "header": {"bg_color": _HEAD, **head},
        "previous_header": {"bg_color": _READ_ONLY, **head, "bold": False, "font_size": 9, "font_color": _MUTED},
        "key": {"bg_color": _KEY, **line},
        "key_code": {"bg_color": _KEY, **line, "font_size": 9, "font_color": _MUTED},
        "key_text": {"bg_color": _KEY, **line, "text_wrap": True, "font_size": 10},
        "total": {**total, "num_format": "#,##0"},
        "total_amount": {**total, "num_format": "General"},
        "total_code": {**total, **small, "bold": False},
        "total_previous": {**total, "bold": False, "font_size": 9, "font_color": _MUTED, "num_format": "#,##0"},
    }
    for data_type, number_format in NUMBER_FORMATS.items():
        look = {"text_wrap": True} if data_type == "text" else {}
        entry = {"border": 1, "border_color": _ENTRY_LINE, "bg_color": _WHITE, "locked": False}
        named[data_type] = {"num_format": number_format, **entry, **look}
        numbers = {"num_format": number_format, "shrink": data_type == "code"}
        named[f"previous_{data_type}"] = {**numbers, **read_only, **look}
    for name, shown in (("entry", "count"), ("total", "total"), ("previous", "previous_count")):
        named[f"label_{name}"] = {**named[shown], **named["label"], "locked": True}
    base = {"font_name": "Calibri", "font_size": 11, "font_color": _INK, "valign": "vcenter"}
    # The last is laid over cells by a condition. LibreOffice drops the sides that it does not name.
    row_break = {"border": 1, "border_color": _ENTRY_LINE, "top_color": ACCENT}
    return {name: base | look for name, look in named.items()} | {"row_break": row_break}


def set_page(sheet: Worksheet, place: str, name: str) -> None:
    """A4 landscape, one page wide; the foot says whose page of what it is. `name` is the sheet's."""
    sheet.set_landscape()
    sheet.set_paper(_A4_PAPER)
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.4, right=0.4, top=0.45, bottom=0.65)
    sheet.center_horizontally()
    page = load_texts("workbook")["footer_page"]
    left, middle = place.replace("&", "&&"), name.replace("&", "&&")
    font = '&"Calibri,Regular"&8'
    sheet.set_footer(f"&L{font} {left}&C{font} {middle}&R{font} {page} &P/&N", {"margin": 0.3})
    sheet.hide_gridlines(2)


def lock(sheet: Worksheet) -> None:
    """Protect a sheet without a password: it guards against slips, not against its owner."""
    sheet.protect("", _ALLOWED)
