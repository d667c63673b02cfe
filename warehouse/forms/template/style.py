"""Formats and print layout of the form: calm colours, white for entry cells, grey for read-only cells."""

import textwrap
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
# Excel has no footer longer than 255 characters; fonts, the sheet's name and the page take the others.
_MAX_PLACE = 120
# Allowed on a locked sheet beside typing into white cells: read, copy, widen.
_ALLOWED = {"format_columns": True, "format_rows": True}

_LINES = {"border": 1, "border_color": _LINE}
_SMALL = {"font_size": 7, "font_color": _FAINT}
_HEADER = {"bold": True, "font_size": 10, "text_wrap": True, "align": "center", **_LINES}
_BAND = {"bg_color": ACCENT, "font_color": _WHITE}
_READ = {"bg_color": _READ_ONLY, "font_color": _MUTED, "font_size": 9, **_LINES}
_SUM = {"bold": True, "bg_color": _TOTAL, **_LINES, "top": 2, "top_color": ACCENT}
_LABEL = {"bold": True, "font_size": 10, "indent": 1, "text_wrap": True}
_SECTION = {"indent": 1, "bold": True, "font_size": 12, "font_color": ACCENT, "bottom": 2, "bottom_color": ACCENT}

# The cover and the heads of sheets.
_COVER_LOOKS: dict[str, dict[str, Any]] = {
    "band_title": {"bold": True, "font_size": 18, "indent": 1, **_BAND},
    "band_place": {"bold": True, "font_size": 14, "indent": 1, **_BAND},
    "band_note": {"indent": 1, **_BAND},
    "title": {"bold": True, "font_size": 14, "font_color": ACCENT},
    "place": {"bold": True, "font_size": 11},
    "note": {"italic": True, "font_size": 10, "font_color": _MUTED},
    "section": _SECTION,
    "fact": {"font_color": _MUTED, "indent": 1},
    "fact_value": {"bold": True, "indent": 1},
    "stamp": {"font_color": _MUTED, "indent": 1},
    "sample": {"bold": True, "indent": 1, "bg_color": _SAMPLE, "font_color": _SAMPLE_INK},
    "label": _LABEL,
    "text_line": {"font_size": 10, "text_wrap": True, "indent": 1},
    "link": {"font_color": ACCENT, "underline": 1, "bold": True, "indent": 1, **_LINES},
    "asks": {"font_size": 10, "text_wrap": True, "indent": 1, **_LINES},
    "filled": {"font_size": 10, "align": "center", **_LINES},
}
# The table of a form: its columns, keys and totals.
_TABLE_LOOKS: dict[str, dict[str, Any]] = {
    "column": {"bg_color": _HEAD, **_HEADER, "align": "left", "indent": 1},
    "column_middle": {"bg_color": _HEAD, **_HEADER},
    "code_mark": {**_SMALL, "shrink": True},
    "code_row": {**_SMALL, "align": "center", "shrink": True, "bg_color": _KEY, **_LINES},
    "measured_in": {"italic": True, "font_size": 9, "font_color": _MUTED, "align": "center"},
    "header": {"bg_color": _HEAD, **_HEADER},
    "previous_header": {"bg_color": _READ_ONLY, **_HEADER, "bold": False, "font_size": 9, "font_color": _MUTED},
    "key": {"bg_color": _KEY, **_LINES},
    "key_code": {"bg_color": _KEY, **_LINES, "font_size": 9, "font_color": _MUTED},
    "key_text": {"bg_color": _KEY, **_LINES, "text_wrap": True, "font_size": 10},
    "total": {**_SUM, "num_format": "#,##0"},
    "total_amount": {**_SUM, "num_format": "General"},
    "total_code": {**_SUM, **_SMALL, "bold": False},
    "total_previous": {**_SUM, "bold": False, "font_size": 9, "font_color": _MUTED, "num_format": "#,##0"},
}
_BASE = {"font_name": "Calibri", "font_size": 11, "font_color": _INK, "valign": "vcenter"}
# Applied to cells by a condition. LibreOffice drops the sides that it does not name.
_ROW_BREAK = {"border": 1, "border_color": _ENTRY_LINE, "top_color": ACCENT}


class Formats(dict[str, Format]):
    """Formats of one workbook by name, created on first use; unlocked formats are named after data types."""

    def __init__(self, book: xlsxwriter.Workbook) -> None:
        super().__init__()
        self._book = book

    def __missing__(self, name: str) -> Format:
        self[name] = self._book.add_format(_looks()[name])
        return self[name]


@cache
def _looks() -> dict[str, dict[str, Any]]:
    """Return XlsxWriter's properties of each format by name."""
    named = _COVER_LOOKS | _TABLE_LOOKS | _value_looks()
    for name, look in (("entry", "count"), ("total", "total"), ("previous", "previous_count")):
        named[f"label_{name}"] = {**named[look], **_LABEL, "locked": True}
    return {name: _BASE | look for name, look in named.items()} | {"row_break": _ROW_BREAK}


def _value_looks() -> dict[str, dict[str, Any]]:
    """Return for each data type the entry cell's format and, as `previous_…`, that of last quarter's value."""
    looks: dict[str, dict[str, Any]] = {}
    for data_type, number_format in NUMBER_FORMATS.items():
        wrapped = {"text_wrap": True} if data_type == "text" else {}
        entry = {"border": 1, "border_color": _ENTRY_LINE, "bg_color": _WHITE, "locked": False}
        numbers = {"num_format": number_format, "shrink": data_type == "code"}
        looks[data_type] = {"num_format": number_format, **entry, **wrapped}
        looks[f"previous_{data_type}"] = {**numbers, **_READ, **wrapped}
    return looks


def set_page(sheet: Worksheet, place: str, name: str) -> None:
    """Set A4 landscape, one page wide, with reporter, sheet and page number in the footer. `name` is the sheet's."""
    sheet.set_landscape()
    sheet.set_paper(_A4_PAPER)
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.4, right=0.4, top=0.45, bottom=0.65)
    sheet.center_horizontally()
    page = load_texts("workbook")["footer_page"]
    left, middle = (text.replace("&", "&&") for text in (textwrap.shorten(place, _MAX_PLACE, placeholder="…"), name))
    font = '&"Calibri,Regular"&8'
    sheet.set_footer(f"&L{font} {left}&C{font} {middle}&R{font} {page} &P/&N", {"margin": 0.3})
    sheet.hide_gridlines(2)


def lock(sheet: Worksheet) -> None:
    """Protect a sheet without a password: it guards against slips, not against its owner."""
    sheet.protect("", _ALLOWED)
