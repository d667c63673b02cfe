"""Layout of the quarterly workbook, built from the seeds and shared by the writer and the reader."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from warehouse.plan.words import own_texts
from warehouse.reference import ROW_BY_TASK, Dimension, Form, FormColumn, Period, Plan, Reference, Unit
from warehouse.settings import Settings
from warehouse.text import load_texts

CellValue = int | float | str | date | None
RowKey = tuple[str, str | None]  # unit code, category
FormValues = Mapping[RowKey, Mapping[str, CellValue]]

UNIT_CODE = "unit_code"
UNIT_NAME = "unit_name"
TASK_CODE = "task_code"
TASK_NAME = "task_name"

# Shown on a sheet and never read back: a row of totals, columns of last quarter's values.
TOTAL_KEY = "total"
PREVIOUS_PREFIX = "prev."

COVER_FIELDS = ("form_version", "reporter_code", "reporter_name", "period_code", "due_date", "data_label")

# Rows of a form's sheet, counted from 0: title, place, guidance, units of measure, headers, codes, data …
HEADER_ROW = 4
CODE_ROW = 5
FIRST_DATA_ROW = 6
# A reporter may have inserted rows above; the row of codes is searched for in the first rows only.
CODE_ROW_LIMIT = 30


@dataclass(frozen=True)
class SheetLayout:
    """A form as a sheet: the columns that identify a row, then the columns that reporters fill."""

    form: Form
    key_columns: tuple[str, ...]
    category_column: str | None
    categories: dict[str, str]  # code -> Vietnamese label, in display order; empty when rows are units only
    fields: tuple[FormColumn, ...]
    units: tuple[Unit, ...]
    dimension: Dimension | None = None  # that of the categories, which gives their column its header

    @property
    def column_codes(self) -> tuple[str, ...]:
        """Return all column codes in the order of the sheet."""
        return (*self.key_columns, *(field.column_code for field in self.fields))

    def key_header(self, code: str) -> str:
        """Return the Vietnamese header of a column that identifies a row."""
        if self.dimension and code == self.category_column:
            return self.dimension.name_vi
        return str(load_texts("workbook")[code])

    @property
    def row_keys(self) -> list[tuple[Unit, str | None]]:
        """Return every row that the reporter may fill."""
        if self.category_column is None:
            return [(unit, None) for unit in self.units]
        return [(unit, code) for unit in self.units for code in self.categories]


@dataclass(frozen=True)
class WorkbookLayout:
    """The workbook of one reporter and quarter."""

    reporter: Unit
    period: Period
    plan: Plan
    city: Unit
    form_version: str
    sheets: tuple[SheetLayout, ...]


def period_words(period: Period) -> str:
    """Return the period as people write it: Quý II năm 2025."""
    part = period.period_code.removeprefix(str(period.year)).lower()
    own = own_texts("vi").get("letterhead", {})
    texts = {key.removeprefix("period_"): text for key, text in own.items()} | load_texts("workbook")["periods"]
    template = texts.get(part) or texts.get(part[0]) or period.period_code
    return str(template.format(year=period.year, number=period.quarter))


def cover_sheet_name() -> str:
    """Return the name of the first sheet."""
    return str(load_texts("workbook")["cover_sheet"])


def sample_label() -> str:
    """Return the label on a sample's cover; a workbook with it is never counted as a real report."""
    return str(load_texts("workbook")["sample_label"])


@lru_cache(maxsize=8)
def form_version(reference: Reference) -> str:
    """Return the stamp of the form: it changes with the columns, their types or their lists, not with wording."""
    parts = [
        f"{form.form_code}|{form.row_key}|{column.column_code}|{column.data_type}|{column.code_list or ''}"
        for form in reference.forms.values()
        for column in reference.columns(form.form_code)
    ]
    digest = hashlib.sha256("\n".join(parts).encode()).hexdigest()
    return f"form/{digest[:8]}"


def in_programme(version: str) -> str:
    """Return the stamp of a form with the code of its programme; as it is where an installation follows one plan."""
    settings = Settings.from_env()
    return f"{version}/{settings.programme}" if len(settings.programmes) > 1 else version


def other_programme(stamp: str) -> str:
    """Return the code of the programme that a form's stamp names if it is not the one in force, else an empty text."""
    code = stamp.partition("/")[2].partition("/")[2]
    return code if code and code != Settings.from_env().programme else ""


@lru_cache(maxsize=64)
def workbook_layout(reference: Reference, reporter: Unit, period_code: str) -> WorkbookLayout:
    """Return the layout for a reporter and quarter. Raises KeyError for an unknown quarter."""
    units = reference.units_reported_by(reporter, period_code)
    sheets = []
    for form in sorted(reference.forms.values(), key=lambda form: form.display_order):
        sheet = sheet_layout(reference, form, units, period_code)
        if sheet.row_keys:
            sheets.append(sheet)
    return WorkbookLayout(
        reporter,
        reference.periods[period_code],
        reference.plan_of(period_code),
        reference.top,
        form_version(reference),
        tuple(sheets),
    )


def sheet_layout(reference: Reference, form: Form, units: tuple[Unit, ...], period_code: str | None) -> SheetLayout:
    """Return a form's sheet for some units and a period, with rows for units of the form's levels.

    Without a period no unit has rows.
    """
    levels = reference.levels_of(form.form_code, period_code) if period_code else frozenset()
    rows = tuple(unit for unit in units if unit.unit_level in levels)
    categories: dict[str, str] = {}
    category_column: str | None = None
    keys = [UNIT_CODE, UNIT_NAME]
    dimension = reference.dimensions[form.category_list] if form.category_list else None
    if dimension:
        category_column = dimension.dimension_code
        categories = {code.code: code.label_vi for code in reference.code_lists[category_column]}
        keys.append(category_column)
    elif form.row_key == ROW_BY_TASK:
        category_column = TASK_CODE
        if period_code:
            tasks = {task for unit in rows for task in reference.tasks_of(unit.unit_level, period_code)}
            in_order = sorted(tasks, key=lambda task: task.display_order)
            categories = {task.task_code: task.name_vi for task in in_order}
        keys += [TASK_CODE, TASK_NAME]
    fields = reference.columns(form.form_code)
    return SheetLayout(form, tuple(keys), category_column, categories, fields, rows, dimension)


def field_position(layout: SheetLayout, index: int, *, has_previous: bool) -> int:
    """Return the column of the form's field number `index`, counted from 0.

    With `has_previous`, last quarter's values are beside each field.
    """
    return len(layout.key_columns) + index * (2 if has_previous else 1)


SQL_TYPES = {
    "count": "bigint",
    "amount": "double",
    "percent": "double",
    "code": "varchar",
    "text": "varchar",
    "date": "date",
}


def raw_columns(reference: Reference, form_code: str) -> list[tuple[str, str]]:
    """Return names and SQL types of a form's raw table after `submission_id`, in the order of the reader's tuples."""
    layout = sheet_layout(reference, reference.forms[form_code], (), None)
    columns = [("row_number", "bigint"), ("unit_code", "varchar"), ("unit_valid_from", "date")]
    if layout.category_column:
        columns.append((layout.category_column, "varchar"))
    return columns + [(field.column_code, SQL_TYPES[field.data_type]) for field in layout.fields]
