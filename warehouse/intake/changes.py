"""Filled cells of a report, and its differences from another, cell by cell."""

from collections.abc import Mapping, Sequence
from typing import Any

from warehouse.forms.layout import SheetLayout, workbook_layout
from warehouse.forms.reading.sheet import TypedRow
from warehouse.intake.records import CellChange
from warehouse.reference import FormColumn, Reference, Unit

Rows = Mapping[str, Sequence[TypedRow]]
# Unit and category of a row.
_Key = tuple[str, str | None]


def cell_changes(
    reference: Reference,
    reporter: Unit,
    period_code: str,
    before: Rows,
    after: Rows,
    sheet_names: Mapping[str, str] | None = None,
) -> tuple[CellChange, ...]:
    """Return the cells that differ between two versions of a reporter's quarter, in the order of the form.

    `sheet_names` are the sheets as the reporter named them, by form; the form's own names by default.
    """
    names = sheet_names or {}
    changes: list[CellChange] = []
    for sheet in workbook_layout(reference, reporter, period_code).sheets:
        form = sheet.form
        old, new = (_by_key(sheet, rows.get(form.form_code, ())) for rows in (before, after))
        name = names.get(form.form_code, form.sheet_name)
        units = {unit.unit_code: unit.name_vi for unit in sheet.units}
        for unit_code, category in _keys(sheet, old, new):
            values = old.get((unit_code, category), {}), new.get((unit_code, category), {})
            row = (form.form_code, name, unit_code, units.get(unit_code, unit_code), category)
            changes += _row_changes(reference, sheet, row, *values)
    return tuple(changes)


def filled_cells(reference: Reference, rows: Rows) -> int:
    """Return how many cells that reporters fill have a value."""
    widths = {form: len(reference.columns(form)) for form in rows}
    values = (value for form, form_rows in rows.items() for row in form_rows for value in row[-widths[form] :])
    return sum(value is not None for value in values)


def missing_units(reference: Reference, reporter: Unit, period_code: str, rows: Rows) -> tuple[str, ...]:
    """Return the names of units in the reporter's workbook that have no filled row on any sheet."""
    filled = {row[1] for form_rows in rows.values() for row in form_rows}
    units = reference.units_reported_by(reporter, period_code)
    return tuple(unit.name_vi for unit in units if unit.unit_code not in filled)


def _by_key(sheet: SheetLayout, rows: Sequence[TypedRow]) -> dict[_Key, dict[str, Any]]:
    codes = [field.column_code for field in sheet.fields]
    return {
        (row[1], row[3] if sheet.category_column else None): dict(zip(codes, row[-len(codes) :], strict=True))
        for row in rows
    }


def _keys(sheet: SheetLayout, *versions: Mapping[_Key, Any]) -> list[_Key]:
    """Return the rows of the form in its order, then rows that only the reports have."""
    expected = [(unit.unit_code, category) for unit, category in sheet.row_keys]
    return list(dict.fromkeys([*expected, *(key for rows in versions for key in rows)]))


def _row_changes(
    reference: Reference,
    sheet: SheetLayout,
    row: tuple[str, str, str, str, str | None],
    old: Mapping[str, Any],
    new: Mapping[str, Any],
) -> list[CellChange]:
    form_code, name, unit_code, unit_name, category = row
    return [
        CellChange(
            form_code,
            name,
            unit_code,
            unit_name,
            category,
            sheet.categories.get(category, category) if category else None,
            field.column_code,
            field.header_vi,
            field.header_en,
            old.get(field.column_code),
            new.get(field.column_code),
            field.is_sensitive,
            _options(reference, field),
        )
        for field in sheet.fields
        if old.get(field.column_code) != new.get(field.column_code)
    ]


def _options(reference: Reference, field: FormColumn) -> dict[str, dict[str, str]]:
    codes = reference.code_lists[field.code_list] if field.code_list else ()
    return {code.code: {"vi": code.label_vi, "en": code.label_en} for code in codes}
