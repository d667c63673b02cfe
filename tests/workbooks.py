"""Makes workbooks for tests: filled in the real template, then spoilt where a test wants it."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import openpyxl

from warehouse.forms.layout import WorkbookLayout, sample_label, workbook_layout
from warehouse.forms.template.workbook import Content, write_workbook
from warehouse.reference import Reference

B1, B2, B3, B4, B5, B6, B7, B8 = (
    "B1 Truyền thông",
    "B2 Lồng ghép",
    "B3 Đội liên ngành",
    "B4 Tập huấn",
    "B5 Kiểm tra",
    "B6 Vụ việc",
    "B7 Hỗ trợ",
    "B8 Nhiệm vụ",
)
COVER = "Bìa"


def layout_of(reference: Reference, reporter: str, period: str) -> WorkbookLayout:
    """The layout for a reporter's code and quarter."""
    unit = next(unit for unit in reference.reporters(period) if unit.unit_code == reporter)
    return workbook_layout(reference, unit, period)


def plain_values(layout: WorkbookLayout) -> dict[str, dict[tuple[str, str | None], dict[str, Any]]]:
    """A valid report that fills every row: ones for counts, no for yes/no, under way for tasks."""
    values: dict[str, dict[tuple[str, str | None], dict[str, Any]]] = {}
    answers = {"yes_no": "no", "yes_no_na": "no", "task_status": "under_way"}
    for sheet in layout.sheets:
        cells = {
            column.column_code: answers[column.code_list] if column.code_list else 1
            for column in sheet.fields
            if column.data_type in ("count", "amount", "percent", "code")
        }
        keys = [(unit.unit_code, category) for unit, category in sheet.row_keys]
        values[sheet.form.form_code] = {key: dict(cells) for key in keys}
    return values


def write_report(
    path: Path,
    reference: Reference,
    reporter: str = "760",
    period: str = "2024Q2",
    edits: Mapping[tuple[str, str], Any] | None = None,
    is_sample: bool = False,
) -> Path:
    """A valid workbook at `path`, then `edits` by (sheet, cell) typed into it as a person would."""
    layout = layout_of(reference, reporter, period)
    content = Content(plain_values(layout), label=sample_label() if is_sample else "")
    write_workbook(path, reference, layout, content)
    if edits:
        edit(path, edits)
    return path


def edit(path: Path, edits: Mapping[tuple[str, str], Any]) -> Path:
    """Type values into cells of a workbook; None empties a cell."""
    book = openpyxl.load_workbook(path)
    for (sheet, cell), value in edits.items():
        book[sheet][cell] = value
    book.save(path)
    return path
