"""Empty forms for reporters, with their values of the quarter before beside the cells to fill."""

import tempfile
from pathlib import Path

from warehouse.forms.layout import FormValues, SheetLayout, raw_columns, workbook_layout
from warehouse.forms.reading.sheet import TypedRow
from warehouse.intake.ledger import Ledger
from warehouse.intake.records import IntakeRefusal
from warehouse.reference import Reference, Unit
from warehouse.registry.store import Registry
from warehouse.storage.disk import detect_full_spare_disk


class EmptyForms:
    """Writes the workbooks that reporters fill."""

    def __init__(self, ledger: Ledger, registry: Registry, reference: Reference) -> None:
        self._ledger = ledger
        self._registry = registry
        self._reference = reference

    def template(self, unit_code: str, period_code: str, left_out: frozenset[str] = frozenset()) -> tuple[str, bytes]:
        """Return name and content of an empty form, with last quarter's values except those of columns `left_out`.

        Raises IntakeRefusal for an unknown unit or quarter, SpareDiskFullError.
        """
        reporter = self.reporter(unit_code, period_code)
        with detect_full_spare_disk(), tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "form.xlsx"
            self.write(path, reporter, period_code, left_out)
            return f"bao-cao_{unit_code}_{period_code}.xlsx", path.read_bytes()

    def reporter(self, unit_code: str, period_code: str) -> Unit:
        """Return the reporter of a code and quarter. Raises IntakeRefusal for an unknown unit or quarter."""
        if period_code not in self._reference.periods:
            raise IntakeRefusal("period_unknown", {"period": period_code}, "period")
        reporters = self._reference.reporters(period_code)
        reporter = next((unit for unit in reporters if unit.unit_code == unit_code), None)
        if reporter is None:
            raise IntakeRefusal("unit_unknown", {"unit": unit_code, "period": period_code}, "unit")
        return reporter

    def write(self, path: Path, reporter: Unit, period_code: str, left_out: frozenset[str] = frozenset()) -> None:
        """Write a reporter's empty form to `path`. Raises OSError."""
        from warehouse.forms.template import workbook  # noqa: PLC0415 - the app starts without what writes Excel

        content = workbook.Content(previous=_without(self.previous_values(reporter, period_code), left_out))
        workbook.write_workbook(path, self._reference, workbook_layout(self._reference, reporter, period_code), content)

    def previous_values(self, reporter: Unit, period_code: str) -> dict[str, FormValues]:
        """Return the values of the reporter's counting report of the quarter before, by form, row and column.

        Empty without such a report; an empty cell is left out. A unit whose boundaries changed in between is another
        unit, even with the same code, and gets no values. Small and sensitive counts are among the values: they are
        shown only to the reporter who sent them.
        """
        before = self._reference.period_before(period_code)
        if before is None:
            return {}
        report = self._registry.latest_accepted(reporter.unit_code, before)
        if report is None:
            return {}
        rows = self._ledger.rows_of(report)
        layout = workbook_layout(self._reference, reporter, period_code)
        return {sheet.form.form_code: values_by_row(self._reference, sheet, rows) for sheet in layout.sheets}


def values_by_row(reference: Reference, sheet: SheetLayout, rows: dict[str, list[TypedRow]]) -> FormValues:
    """Return a form's rows by unit code and category, of exactly the units that the sheet lists."""
    names = [name for name, _ in raw_columns(reference, sheet.form.form_code)]
    units = {(unit.unit_code, unit.valid_from) for unit in sheet.units}
    values = {}
    for row in rows.get(sheet.form.form_code, []):
        cells = dict(zip(names, row, strict=True))
        if (cells["unit_code"], cells["unit_valid_from"]) in units:
            category = cells[sheet.category_column] if sheet.category_column else None
            filled = {field.column_code: cells[field.column_code] for field in sheet.fields}
            key = (cells["unit_code"], category)
            values[key] = {code: value for code, value in filled.items() if value is not None}
    return values


def _without(values: dict[str, FormValues], left_out: frozenset[str]) -> dict[str, FormValues]:
    return {
        form: {
            key: {code: value for code, value in cells.items() if code not in left_out} for key, cells in rows.items()
        }
        for form, rows in values.items()
    }
