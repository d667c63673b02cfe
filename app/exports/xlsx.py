"""Tables as Excel workbooks: numbers in a frozen, filtered table, and a sheet that explains them."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import xlsxwriter

from app.core.i18n import words
from app.core.sheet import Column, Kind, Sheet, Value
from app.exports.shared.labels import Labels
from app.exports.shared.origin import Origin
from warehouse import clock

# Excel shows these in the user's own style: 1.234,5 on a Vietnamese computer, 1,234.5 on an English one.
FORMATS: dict[Kind, str] = {
    "text": "@",
    "count": "#,##0",
    "percent": "0.0",
    "amount": "#,##0.0##",
    "date": "dd/mm/yyyy",
    "moment": "dd/mm/yyyy hh:mm",
}
# No text from a district is interpreted as a formula or a link.
OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
NARROWEST, WIDEST, LEGEND_WIDTH = 9, 44, 90
MEASURED_ROWS = 200
# Excel's limit for a cell; a longer text would be dropped silently.
LONGEST_TEXT = 32_767


def xlsx_bytes(sheet: Sheet, labels: Labels, origin: Origin) -> bytes:
    """Return a sheet and its legend as a workbook. Missing values are empty cells."""
    target = io.BytesIO()
    _write(target, sheet, labels, origin, OPTIONS)
    return target.getvalue()


def write_xlsx(out: Path, sheet: Sheet, labels: Labels, origin: Origin) -> None:
    """Write the same for a large sheet, row by row into a file, so that memory use stays constant."""
    _write(str(out), sheet, labels, origin, OPTIONS | {"in_memory": False, "constant_memory": True})


def _write(target: Any, sheet: Sheet, labels: Labels, origin: Origin, options: dict[str, bool]) -> None:
    with xlsxwriter.Workbook(target, options) as book:
        book.set_properties(
            {
                "title": sheet.title,
                "comments": " · ".join(f"{name}: {text}" for name, text in labels.lines),
                "keywords": origin.mark,
                "created": clock.to_utc(origin.made_at),
            }
        )
        _write_data(book, sheet, labels)
        _write_legend(book, sheet, labels)


def _write_data(book: Any, sheet: Sheet, labels: Labels) -> None:
    page = book.add_worksheet(words("files.sheet_data"))
    head = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
    kinds = {kind: book.add_format({"num_format": pattern}) for kind, pattern in FORMATS.items()}
    page.set_row(0, 32)
    for place, column in enumerate(sheet.columns):
        page.set_column(place, place, _width(column, place, sheet), kinds[column.kind])
        page.write_string(0, place, column.heading, head)
    for number, row in enumerate(sheet.rows, 1):
        for place, (value, column) in enumerate(zip(row, sheet.columns, strict=True)):
            _write_cell(page, number, place, value, kinds[column.kind])
    page.freeze_panes(1, 0)
    page.autofilter(0, 0, max(1, len(sheet.rows)), len(sheet.columns) - 1)
    page.set_landscape()
    page.set_paper(9)
    page.fit_to_pages(1, 0)
    page.repeat_rows(0)
    page.set_header(f"&L{_printed(sheet.title)}&R{_printed(labels.sample)}")
    page.set_footer(f"&L{_printed(labels.version)}&R&P/&N")


def _write_cell(page: Any, number: int, place: int, value: Value, style: Any) -> None:
    if value is None:
        return
    if isinstance(value, str):
        page.write_string(number, place, value if len(value) <= LONGEST_TEXT else value[: LONGEST_TEXT - 1] + "…")
    elif isinstance(value, bool):
        page.write_boolean(number, place, value)
    elif isinstance(value, dt.date):
        page.write_datetime(number, place, value, style)
    else:
        page.write_number(number, place, value, style)


def _write_legend(book: Any, sheet: Sheet, labels: Labels) -> None:
    page = book.add_worksheet(words("files.sheet_legend"))
    bold = book.add_format({"bold": True, "valign": "top"})
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    page.set_column(0, 0, 30)
    page.set_column(1, 1, LEGEND_WIDTH, wrapped)
    for row, (name, text) in enumerate(labels.lines):
        page.write_string(row, 0, name, bold)
        page.write_string(row, 1, text, wrapped)
    meanings = [(column.heading, column.meaning or words(f"files.kind_{column.kind}")) for column in sheet.columns]
    below = len(labels.lines) + 1
    for headings, entries in ((("column", "meaning"), meanings), (("target", "described"), labels.targets)):
        if entries:
            _write_entries(page, below, [words(f"files.{heading}") for heading in headings], entries, bold, wrapped)
        below += len(entries) + 2


def _write_entries(
    page: Any, top: int, headings: Sequence[str], entries: Sequence[tuple[str, str]], bold: Any, wrapped: Any
) -> None:
    """Write two columns of texts below their headings."""
    for place, heading in enumerate(headings):
        page.write_string(top, place, heading, bold)
    for row, (name, text) in enumerate(entries, top + 1):
        page.write_string(row, 0, name)
        page.write_string(row, 1, text, wrapped)


def _width(column: Column, place: int, sheet: Sheet) -> float:
    """Return the width for the content of the first rows; a long heading is wrapped to two lines."""
    texts = [row[place] for row in sheet.rows[:MEASURED_ROWS]]
    longest = max((len(text) for text in texts if isinstance(text, str)), default=0)
    if column.kind == "moment":
        longest = 16
    return min(WIDEST, max(NARROWEST, longest + 2, len(column.heading) / 2 + 4))


def _printed(text: Value) -> str:
    # An ampersand begins a command in a printed header; Excel refuses a header longer than 255 characters.
    return str(text or "")[:120].replace("&", "&&")
