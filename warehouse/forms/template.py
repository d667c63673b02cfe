"""Writes the workbook that a reporter fills: deterministic bytes for the same content."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.exceptions import FileCreateError
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from warehouse.forms.layout import (
    CODE_ROW,
    COVER_FIELDS,
    FIRST_DATA_ROW,
    HEADER_ROW,
    PREVIOUS_ROW,
    TASK_NAME,
    SheetLayout,
    WorkbookLayout,
    cover_sheet_name,
)
from warehouse.reference import FormColumn, Reference
from warehouse.text import load_texts

CellValue = int | float | str | date | None
RowKey = tuple[str, str | None]  # unit code, category
FormValues = Mapping[RowKey, Mapping[str, CellValue]]

_WIDTHS = {"unit_code": 9, "unit_name": 26, "establishment_type": 22, "task_code": 9, "task_name": 44}
_FIELD_WIDTHS = {"count": 12, "amount": 12, "percent": 12, "code": 16, "text": 28, "date": 13}
_NUMBER_FORMATS = {"count": "0", "amount": "0.##", "percent": "0.##", "date": "dd/mm/yyyy", "text": "@", "code": "@"}
A4_PAPER = 9


@dataclass(frozen=True)
class Content:
    """What a workbook is filled with: nothing by default.

    `values` go by form, row and column; `previous` are last quarter's totals by form and column; `label` marks a
    sample on the cover.
    """

    values: Mapping[str, FormValues] = field(default_factory=dict)
    previous: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    label: str = ""


def write_workbook(path: Path, reference: Reference, layout: WorkbookLayout, content: Content) -> None:
    """Write the workbook of `layout` to `path`. Raises OSError when the file cannot be written."""
    book = xlsxwriter.Workbook(str(path), {"in_memory": True})
    # The stamp of creation is the only thing that would differ between two runs.
    book.set_properties({"created": datetime.combine(layout.period.start_date, datetime.min.time())})
    formats = _formats(book)
    _write_cover(book.add_worksheet(cover_sheet_name()), layout, formats, content.label)
    for sheet in layout.sheets:
        form = sheet.form.form_code
        writer = _SheetWriter(book.add_worksheet(sheet.form.sheet_name), reference, layout, sheet, formats)
        writer.write(content.values.get(form, {}), content.previous.get(form, {}))
    try:
        book.close()
    except FileCreateError as error:
        raise OSError(str(error)) from error


def _formats(book: xlsxwriter.Workbook) -> dict[str, Format]:
    line = {"border": 1, "border_color": "#B0B7BF", "valign": "vcenter"}
    named = {
        "title": {"bold": True, "font_size": 14},
        "heading": {"bold": True, "font_size": 12},
        "note": {"italic": True, "font_color": "#444444"},
        "wrapped": {"text_wrap": True, "valign": "top"},
        "code": {"font_size": 8, "font_color": "#808080", **line},
        "header": {"bold": True, "text_wrap": True, "bg_color": "#E8EEF4", "align": "center", **line},
        "key": {"bg_color": "#F4F6F8", **line},
        "previous": {"font_color": "#666666", "num_format": "0.##", **line},
        "label": {"bold": True, "font_color": "#A63603", "font_size": 14},
    }
    for data_type, number_format in _NUMBER_FORMATS.items():
        named[data_type] = {"num_format": number_format, **line}
    return {name: book.add_format(properties) for name, properties in named.items()}


def _set_page(sheet: Worksheet) -> None:
    sheet.set_landscape()
    sheet.set_paper(A4_PAPER)
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.5)


def _write_cover(sheet: Worksheet, layout: WorkbookLayout, formats: dict[str, Format], label: str) -> None:
    texts = load_texts("workbook")
    contents = {
        "form_version": layout.form_version,
        "reporter_code": layout.reporter.unit_code,
        "reporter_name": layout.reporter.name_vi,
        "period_code": layout.period.period_code,
        "due_date": layout.period.due_date.strftime("%d/%m/%Y"),
        "data_label": label,
    }
    _set_page(sheet)
    sheet.set_column(0, 0, 14)
    sheet.set_column(1, 1, 26)
    sheet.set_column(2, 2, 90)
    sheet.write_string(0, 1, texts["title"], formats["title"])
    sheet.write_string(1, 1, texts["subtitle"], formats["note"])
    for row, code in enumerate(COVER_FIELDS, start=3):
        sheet.write_string(row, 0, code, formats["code"])
        sheet.write_string(row, 1, texts["cover"][code], formats["heading"])
        style = formats["label" if code == "data_label" else "wrapped"]
        # `write` leaves an empty text a blank cell.
        sheet.write(row, 2, contents[code] or None, style)
    first = 3 + len(COVER_FIELDS) + 1
    sheet.write_string(first, 1, texts["guidance"]["title"], formats["heading"])
    for row, line in enumerate(texts["guidance"]["lines"], start=first + 1):
        sheet.write_string(row, 2, line, formats["wrapped"])


class _SheetWriter:
    """Fills one form's sheet."""

    def __init__(
        self,
        sheet: Worksheet,
        reference: Reference,
        book: WorkbookLayout,
        layout: SheetLayout,
        formats: dict[str, Format],
    ) -> None:
        self.sheet, self.reference, self.book, self.layout, self.formats = sheet, reference, book, layout, formats
        self.texts = load_texts("workbook")
        self.labels = {
            name: {code.code: code.label_vi for code in codes} for name, codes in reference.code_lists.items()
        }

    def write(self, values: FormValues, previous: Mapping[str, float]) -> None:
        """Head, rows and validation of the sheet."""
        _set_page(self.sheet)
        self.sheet.repeat_rows(HEADER_ROW, CODE_ROW)
        self.sheet.freeze_panes(FIRST_DATA_ROW, len(self.layout.key_columns))
        self._write_head(previous)
        keys = self.layout.row_keys
        for row, (unit, category) in enumerate(keys, start=FIRST_DATA_ROW):
            self._write_keys(row, unit.unit_code, unit.name_vi, category)
            self._write_fields(row, values.get((unit.unit_code, category), {}))
        self._add_validation(FIRST_DATA_ROW, FIRST_DATA_ROW + len(keys) - 1)

    def _write_head(self, previous: Mapping[str, float]) -> None:
        sheet, texts, form, period = self.sheet, self.texts, self.layout.form, self.book.period
        sheet.write_string(0, 0, texts["heading"].format(form=form.form_code, name=form.name_vi), self.formats["title"])
        place = texts["place"].format(unit=self.book.reporter.name_vi, period=period.period_code)
        sheet.write_string(1, 0, place, self.formats["heading"])
        sheet.write_string(2, 0, form.guidance_vi, self.formats["note"])
        before = previous_period_code(period.period_code)
        text = texts["previous_total"].format(period=before) if previous else texts["no_previous_total"]
        sheet.write_string(PREVIOUS_ROW, 0, text, self.formats["note"])
        sheet.set_row(HEADER_ROW, 60)
        for position, code in enumerate(self.layout.key_columns):
            sheet.set_column(position, position, _WIDTHS[code])
            sheet.write_string(HEADER_ROW, position, texts[code], self.formats["header"])
            sheet.write_string(CODE_ROW, position, code, self.formats["code"])
        for position, column in enumerate(self.layout.fields, start=len(self.layout.key_columns)):
            sheet.set_column(position, position, _FIELD_WIDTHS[column.data_type])
            if column.column_code in previous:
                sheet.write_number(PREVIOUS_ROW, position, previous[column.column_code], self.formats["previous"])
            sheet.write_string(HEADER_ROW, position, column.header_vi, self.formats["header"])
            sheet.write_string(CODE_ROW, position, column.column_code, self.formats["code"])

    def _write_keys(self, row: int, unit_code: str, unit_name: str, category: str | None) -> None:
        write, style = self.sheet.write_string, self.formats["key"]
        write(row, 0, unit_code, style)
        write(row, 1, unit_name, style)
        if category is None:
            return
        label = self.layout.categories[category]
        if TASK_NAME in self.layout.key_columns:
            write(row, 2, category, style)
            write(row, 3, label, style)
        else:
            write(row, 2, label, style)

    def _write_fields(self, row: int, cells: Mapping[str, CellValue]) -> None:
        sheet = self.sheet
        for position, column in enumerate(self.layout.fields, start=len(self.layout.key_columns)):
            value, style = cells.get(column.column_code), self.formats[column.data_type]
            if value is None:
                sheet.write_blank(row, position, None, style)
            elif isinstance(value, str):
                text = self.labels[column.code_list].get(value, value) if column.code_list else value
                sheet.write_string(row, position, text, style)
            elif isinstance(value, date):
                sheet.write_datetime(row, position, datetime.combine(value, datetime.min.time()), style)
            else:
                sheet.write_number(row, position, value, style)

    def _add_validation(self, first: int, last: int) -> None:
        for position, column in enumerate(self.layout.fields, start=len(self.layout.key_columns)):
            rule = self._validation(column)
            if rule:
                self.sheet.data_validation(first, position, last, position, rule)

    def _validation(self, column: FormColumn) -> dict[str, Any] | None:
        """What Excel lets into the column; the reader checks the same bounds again."""
        if column.code_list:
            rule: dict[str, Any] = {"validate": "list", "source": list(self.labels[column.code_list].values())}
            message = self.texts["pick_from_list"]
        elif column.data_type == "date":
            low = date.fromisoformat(column.min_value or "1990-01-01")
            high = self.book.period.end_date
            rule = {"validate": "date", "criteria": "between", "minimum": low, "maximum": high}
            message = self.texts["date_until"].format(low=f"{low:%d/%m/%Y}", high=f"{high:%d/%m/%Y}")
        elif column.min_value and column.max_value:
            is_count = column.data_type == "count"
            rule = {
                "validate": "integer" if is_count else "decimal",
                "criteria": "between",
                "minimum": float(column.min_value) if not is_count else int(column.min_value),
                "maximum": float(column.max_value) if not is_count else int(column.max_value),
            }
            message = self.texts["whole_number" if is_count else "decimal_number"].format(
                low=column.min_value, high=column.max_value
            )
        else:
            return None
        return rule | {"error_title": self.texts["error_title"], "error_message": message, "ignore_blank": True}


def previous_period_code(period_code: str) -> str:
    """The quarter before: 2025Q1 -> 2024Q4."""
    year, quarter = int(period_code[:4]), int(period_code[5:])
    return f"{year}Q{quarter - 1}" if quarter > 1 else f"{year - 1}Q4"
