"""Sheets of the form: head, a row per unit, last quarter's values beside, totals at the bottom."""

import textwrap
from collections.abc import Mapping
from datetime import date, datetime
from functools import cache

from xlsxwriter.utility import xl_range, xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from warehouse.forms.layout import (
    CODE_ROW,
    FIRST_DATA_ROW,
    HEADER_ROW,
    PREVIOUS_PREFIX,
    TASK_CODE,
    TASK_NAME,
    TOTAL_KEY,
    FormValues,
    SheetLayout,
    WorkbookLayout,
    field_position,
    period_words,
)
from warehouse.forms.template.answer_lists import AnswerLists
from warehouse.forms.template.column_rules import validation
from warehouse.forms.template.style import ACCENT, Formats, lock, set_page
from warehouse.reference import FormColumn
from warehouse.text import load_texts

PLACE_ROW, GUIDANCE_ROW, MEASURED_IN_ROW = 1, 2, 3

_KEY_WIDTHS = {"unit_code": 8, "unit_name": 24, "task_code": 9, "task_name": 46}
_CATEGORY_WIDTH = 22
_WIDTHS = {"count": 10, "amount": 11, "percent": 11, "code": 16, "text": 30, "date": 13}
_PREVIOUS_WIDTHS = {"count": 7, "amount": 8, "percent": 7, "code": 12, "text": 20, "date": 11}
_LINE_POINTS = 13.5
# Short sheets get taller rows; a sheet with text leaves heights to the text.
_SHORT_SHEET, _ROW_POINTS = 40, 19
NUMBERS = ("count", "amount")


class SheetWriter:
    """Fills one form's sheet; afterwards provides how much of it is filled."""

    def __init__(
        self, sheet: Worksheet, book: WorkbookLayout, layout: SheetLayout, formats: Formats, lists: AnswerLists
    ) -> None:
        self.sheet, self.book, self.layout, self.formats, self.lists = sheet, book, layout, formats, lists
        self.texts = load_texts("workbook")
        self.keys = layout.row_keys
        self.last_row = FIRST_DATA_ROW + len(self.keys) - 1
        self.step = 1
        self.filled_cells = 0

    def write(self, values: FormValues, previous: FormValues | None) -> None:
        """Write the whole sheet. `previous` is None if the reporter has no report of last quarter to compare with."""
        self.step = 1 if previous is None else 2
        self._write_head()
        self._write_keys()
        self.filled_cells, sums = self._write_values(values, 0, "")
        before = self._write_values(previous, 1, "previous_")[1] if previous is not None else {}
        if len(self.keys) > 1 and any(self._is_summed(column) for column in self.layout.fields):
            self._write_totals(sums, before)
        self._set_view()

    @property
    def cell_count(self) -> int:
        """Return the number of cells to fill."""
        return len(self.keys) * len(self.layout.fields)

    @property
    def entry_ranges(self) -> list[str]:
        """Return the cells to fill, as a formula on another sheet names them."""
        first = len(self.layout.key_columns)
        ends = [(first, first + len(self.layout.fields) - 1)]
        if self.step > 1:
            ends = [(self._position(index),) * 2 for index in range(len(self.layout.fields))]
        name = f"'{self.layout.form.sheet_name}'!"
        return [name + xl_range(FIRST_DATA_ROW, low, self.last_row, high) for low, high in ends]

    def _position(self, index: int) -> int:
        return field_position(self.layout, index, has_previous=self.step > 1)

    def _is_summed(self, column: FormColumn) -> bool:
        return column.is_measure and column.data_type in NUMBERS

    def _write_head(self) -> None:
        sheet, texts, form, formats = self.sheet, self.texts, self.layout.form, self.formats
        sheet.write_string(0, 0, texts["heading"].format(form=form.form_code, name=form.name_vi), formats["title"])
        place = texts["place"].format(unit=self.book.reporter.name_vi, period=period_words(self.book.period))
        sheet.write_string(PLACE_ROW, 0, place, formats["place"])
        sheet.write_string(GUIDANCE_ROW, 0, form.guidance_vi, formats["note"])
        if any(column.unit_vi for column in self.layout.fields):
            sheet.write_string(MEASURED_IN_ROW, 1, texts["measured_in"], formats["note"])
        lines = 1
        for position, code in enumerate(self.layout.key_columns):
            width = _KEY_WIDTHS.get(code, _CATEGORY_WIDTH)
            self._write_column_head(position, code, self.layout.key_header(code), width, "header")
        for index, column in enumerate(self.layout.fields):
            position, width = self._position(index), _width_for(column.header_vi, _WIDTHS[column.data_type])
            lines = max(lines, _line_count(column.header_vi, width - 1))
            if column.unit_vi:
                sheet.write_string(MEASURED_IN_ROW, position, column.unit_vi, formats["measured_in"])
            self._write_column_head(position, column.column_code, column.header_vi, width, "header")
            if self.step > 1:
                code, width = PREVIOUS_PREFIX + column.column_code, _PREVIOUS_WIDTHS[column.data_type]
                self._write_column_head(position + 1, code, texts["previous"], width, "previous_header")
            rule = validation(column, self.book.period, self.lists, xl_rowcol_to_cell(FIRST_DATA_ROW, position))
            if sheet.data_validation(FIRST_DATA_ROW, position, self.last_row, position, rule) != 0:
                raise ValueError(f"{column.form_code}.{column.column_code}: its rule is more than a workbook can hold")
        if len(self.keys) <= _SHORT_SHEET and not any(column.data_type == "text" for column in self.layout.fields):
            sheet.set_default_row(_ROW_POINTS)
        sheet.set_row(HEADER_ROW, max(2, lines) * _LINE_POINTS + 6)
        sheet.set_row(CODE_ROW, 10)

    def _write_column_head(self, position: int, code: str, header: str, width: float, style: str) -> None:
        self.sheet.set_column(position, position, width)
        self.sheet.write_string(HEADER_ROW, position, header, self.formats[style])
        self.sheet.write_string(CODE_ROW, position, code, self.formats["code_row"])

    def _write_keys(self) -> None:
        sheet, formats, has_tasks = self.sheet, self.formats, TASK_NAME in self.layout.key_columns
        for row, (unit, category) in enumerate(self.keys, start=FIRST_DATA_ROW):
            sheet.write_string(row, 0, unit.unit_code, formats["key_code"])
            sheet.write_string(row, 1, unit.name_vi, formats["key"])
            if category is None:
                continue
            label = self.layout.categories[category]
            if has_tasks:
                sheet.write_string(row, 2, category, formats["key"])
                sheet.write_string(row, 3, label, formats["key_text"])
            else:
                sheet.write_string(row, 2, label, formats["key"])

    def _write_values(self, values: FormValues, shift: int, look: str) -> tuple[int, dict[str, float]]:
        """Write cells `shift` columns right of each field, in formats named `look` + type.

        Returns how many are filled, and the sum of each column's numbers if it has any.
        """
        sheet, filled = self.sheet, 0
        sums: dict[str, float] = {}
        fields = [
            (
                self._position(index) + shift,
                column.column_code,
                self.lists.labels[column.code_list] if column.code_list else {},
                self.formats[look + column.data_type],
            )
            for index, column in enumerate(self.layout.fields)
        ]
        for row, (unit, category) in enumerate(self.keys, start=FIRST_DATA_ROW):
            cells = values.get((unit.unit_code, category), {})
            for position, code, labels, style in fields:
                value = cells.get(code)
                if value is None:
                    sheet.write_blank(row, position, None, style)
                    continue
                filled += 1
                if isinstance(value, str):
                    sheet.write_string(row, position, labels.get(value, value), style)
                elif isinstance(value, date):
                    sheet.write_datetime(row, position, datetime.combine(value, datetime.min.time()), style)
                else:
                    sheet.write_number(row, position, value, style)
                    sums[code] = sums.get(code, 0) + value
        return filled, sums

    def _write_totals(self, sums: Mapping[str, float], before: Mapping[str, float]) -> None:
        """Write sums that stay empty while nothing is filled: missing is not zero."""
        sheet, formats, row = self.sheet, self.formats, self.last_row + 1
        for position in range(self._position(len(self.layout.fields))):
            sheet.write_blank(row, position, None, formats["total"])
        sheet.write_string(row, 0, TOTAL_KEY, formats["total_code"])
        sheet.write_string(row, 1, self.texts["total"], formats["total"])
        for index, column in enumerate(self.layout.fields):
            if not self._is_summed(column):
                continue
            position = self._position(index)
            cells = xl_range(FIRST_DATA_ROW, position, self.last_row, position)
            look = formats["total" if column.data_type == "count" else "total_amount"]
            known = sums.get(column.column_code, "")
            sheet.write_formula(row, position, f'=IF(COUNT({cells})=0,"",SUM({cells}))', look, known)
            if column.column_code in before:
                sheet.write_number(row, position + 1, before[column.column_code], formats["total_previous"])

    def _set_view(self) -> None:
        sheet, layout = self.sheet, self.layout
        last_column = self._position(len(layout.fields)) - 1
        place = self.texts["place"].format(unit=self.book.reporter.name_vi, period=period_words(self.book.period))
        set_page(sheet, place, layout.form.sheet_name)
        sheet.repeat_rows(HEADER_ROW, CODE_ROW)
        sheet.repeat_columns(0, len(layout.key_columns) - 1)
        sheet.print_area(0, 0, self.last_row + 1, last_column)
        sheet.freeze_panes(FIRST_DATA_ROW, len(layout.key_columns))
        sheet.set_selection(FIRST_DATA_ROW, len(layout.key_columns), FIRST_DATA_ROW, len(layout.key_columns))
        sheet.set_tab_color(ACCENT)
        if layout.categories and layout.category_column != TASK_CODE:
            self._draw_unit_breaks(last_column)
        # Codes are text on purpose, and totals are separate from what they add up.
        everything = xl_range(FIRST_DATA_ROW, 0, self.last_row + 1, last_column)
        sheet.ignore_errors({"number_stored_as_text": everything, "formula_range": everything})
        lock(sheet)

    def _draw_unit_breaks(self, last_column: int) -> None:
        """Add a line wherever the next unit begins."""
        code, above = f"$A{FIRST_DATA_ROW + 2}", f"$A{FIRST_DATA_ROW + 1}"
        rule = {"type": "formula", "criteria": f"={code}<>{above}", "format": self.formats["row_break"]}
        self.sheet.conditional_format(FIRST_DATA_ROW + 1, 0, self.last_row, last_column, rule)


@cache
def _line_count(text: str, width: int) -> int:
    return len(textwrap.wrap(text, width))


def _width_for(header: str, width: int) -> int:
    """Return a width of at least the header's longest word, so that none is cut."""
    return max(width, max(len(word) for word in header.split()) + 2)
