"""The cover of the form: reporter, quarter, due date, contact, guidance, and how much is filled."""

import textwrap
from collections.abc import Sequence
from functools import cache

from xlsxwriter.worksheet import Worksheet

from warehouse.forms.layout import COVER_FIELDS, WorkbookLayout, in_programme, period_words
from warehouse.forms.template.sheets import SheetWriter
from warehouse.forms.template.style import ACCENT, Formats, lock, set_page
from warehouse.plan.names import programme_names
from warehouse.settings import Settings
from warehouse.text import load_texts

# Codes for the reader, labels, texts for people, counts.
_CODES, _LABELS, _TEXTS, _COUNTS = range(4)
_WIDTHS = (9, 24, 96, 20)
# The reader finds a field by its code; rows 4 to 9 are what people are used to.
_FIRST_FIELD = 3
_LOOKS = {"form_version": "stamp", "data_label": "sample"}
_FACT_POINTS, _LINE_POINTS = 18, 14
# Characters on one line of the widest column, at its font size.
_LETTERS = 110


def write_cover(
    sheet: Worksheet, layout: WorkbookLayout, formats: Formats, label: str, forms: Sequence[SheetWriter]
) -> None:
    """Fill the cover. `label` is empty but for a sample; `forms` are the sheets, already written."""
    for position, width in enumerate(_WIDTHS):
        sheet.set_column(position, position, width)
    texts = load_texts("workbook")
    place = texts["place"].format(unit=layout.reporter.name_vi, period=period_words(layout.period))
    subtitle = texts["subtitle"].format(city=layout.city.name_vi, span=layout.plan.span_vi)
    for row, (text, style, height) in enumerate(
        [(workbook_title(layout), "band_title", 34), (place, "band_place", 26), (subtitle, "band_note", 22)]
    ):
        sheet.set_row(row, height)
        for position in range(_CODES, _COUNTS + 1):
            sheet.write_blank(row, position, None, formats[style])
        sheet.write_string(row, _LABELS, text, formats[style])
    _write_facts(sheet, layout, formats, label)
    row = _write_contents(sheet, _FIRST_FIELD + len(COVER_FIELDS) + 2, formats, forms)
    last = _write_guidance(sheet, row + 1, formats)
    set_page(sheet, place, texts["cover_sheet"])
    sheet.fit_to_pages(1, 1)
    sheet.print_area(0, 0, last, _COUNTS)
    sheet.set_tab_color(ACCENT)
    sheet.ignore_errors({"number_stored_as_text": "A1:D60"})
    lock(sheet)


def workbook_title(layout: WorkbookLayout) -> str:
    """Return the title of the workbook: of several programmes it names the one that it is of."""
    texts, settings = load_texts("workbook"), Settings.from_env()
    subject = texts["subject"]
    if len(settings.programmes) > 1:
        # Of the period and not of today: one reporter's form has the same bytes on any day.
        subject = f"“{programme_names(settings, layout.period.start_date)[settings.programme]['vi']}”"
    return str(texts["title"].format(subject=subject))


def _write_facts(sheet: Worksheet, layout: WorkbookLayout, formats: Formats, label: str) -> None:
    texts = load_texts("workbook")
    contents = {
        "form_version": in_programme(layout.form_version),
        "reporter_code": layout.reporter.unit_code,
        "reporter_name": layout.reporter.name_vi,
        "period_code": layout.period.period_code,
        "due_date": layout.period.due_date.strftime("%d/%m/%Y"),
        "data_label": label,
    }
    for row, code in enumerate(COVER_FIELDS, start=_FIRST_FIELD):
        sheet.set_row(row, _FACT_POINTS)
        sheet.write_string(row, _CODES, code, formats["code_mark"])
        sheet.write_string(row, _LABELS, texts["cover"][code], formats["fact"])
        if contents[code]:
            sheet.write_string(row, _TEXTS, contents[code], formats[_LOOKS.get(code, "fact_value")])
    row = _FIRST_FIELD + len(COVER_FIELDS)
    sheet.set_row(row, _FACT_POINTS)
    sheet.write_string(row, _LABELS, texts["contact"]["title"], formats["fact"])
    sheet.write_string(row, _TEXTS, texts["contact"]["office"], formats["fact_value"])


def _write_contents(sheet: Worksheet, row: int, formats: Formats, forms: Sequence[SheetWriter]) -> int:
    """Write a line per sheet with a link to it and how much of it is filled; return the row after the last."""
    texts = load_texts("workbook")["contents"]
    sheet.set_row(row, _FACT_POINTS)
    for position, name, style in (
        (_LABELS, "sheet", "column"),
        (_TEXTS, "asks", "column"),
        (_COUNTS, "filled", "column_middle"),
    ):
        sheet.write_string(row, position, texts[name], formats[style])
    for line, form in enumerate(forms, start=row + 1):
        layout = form.layout.form
        sheet.write_url(line, _LABELS, f"internal:'{layout.sheet_name}'!A1", formats["link"], layout.sheet_name)
        asks = f"{layout.name_vi}. {layout.guidance_vi}"
        sheet.set_row(line, _height(asks))
        sheet.write_string(line, _TEXTS, asks, formats["asks"])
        before, after = texts["count_before"], texts["count_after"].format(cells=form.cell_count)
        formula = f'="{before}"&COUNTA({",".join(form.entry_ranges)})&"{after}"'
        sheet.write_formula(line, _COUNTS, formula, formats["filled"], f"{before}{form.filled_cells}{after}")
    return row + 1 + len(forms)


def _write_guidance(sheet: Worksheet, row: int, formats: Formats) -> int:
    """Write the numbered lines; return the last row."""
    guidance = load_texts("workbook")["guidance"]
    sheet.write_string(row, _LABELS, guidance["title"], formats["section"])
    sheet.write_blank(row, _TEXTS, None, formats["section"])
    sheet.write_blank(row, _COUNTS, None, formats["section"])
    for number, line in enumerate(guidance["lines"], start=row + 1):
        sheet.set_row(number, _height(line["text"]))
        sheet.write_string(number, _LABELS, line["label"], formats[line.get("look", "label")])
        sheet.write_string(number, _TEXTS, line["text"], formats["text_line"])
    return row + len(guidance["lines"])


@cache
def _height(text: str) -> float:
    """Return the height in points of a row with its text in the widest column."""
    return 4 + _LINE_POINTS * len(textwrap.wrap(text, _LETTERS))
