"""The door: a workbook lands whole or is refused whole, with every reason."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from warehouse import clock
from warehouse.forms.formats import MAX_FILE_BYTES
from warehouse.forms.layout import SheetLayout, raw_columns, workbook_layout
from warehouse.forms.problems import Problem
from warehouse.forms.reading.reader import Reading, read_landed
from warehouse.forms.reading.sheet import TypedRow
from warehouse.forms.sandbox.sandboxed_reader import Reader
from warehouse.forms.template.sheets import FormValues
from warehouse.forms.template.workbook import previous_period_code
from warehouse.intake.file_names import clean_file_name
from warehouse.reference import Reference, Unit, load_reference
from warehouse.registry.store import ACCEPTED, REJECTED, Arrival, Registry, Submission
from warehouse.settings import Settings
from warehouse.storage.landing import content_hash, land, landed_path

ALREADY_ACCEPTED = "already_accepted"


@dataclass(frozen=True)
class Verdict:
    """What became of a workbook. `version` and `landed_path` are None when it was refused."""

    outcome: str  # accepted | already_accepted | rejected
    submission: Submission
    reporter_name: str | None
    landed_path: Path | None
    problems: tuple[Problem, ...] = ()

    @property
    def is_accepted(self) -> bool:
        """Whether the content is in the landing zone."""
        return self.outcome != REJECTED

    @property
    def version(self) -> int | None:
        """The report's version for its unit and quarter."""
        return self.submission.version

    def as_dict(self) -> dict[str, object]:
        """For `--json`."""
        row = self.submission
        return {
            "outcome": self.outcome,
            "file_name": row.file_name,
            "sha256": row.sha256,
            "submission_id": row.submission_id,
            "reporter_code": row.reporter_code,
            "reporter_name": self.reporter_name,
            "period_code": row.period_code,
            "version": row.version,
            "received_at": row.received_at.isoformat(),
            "is_sample": row.is_sample,
            "problems": [problem.as_dict() for problem in self.problems],
        }


class ReceivedInFutureError(ValueError):
    """A report cannot have been received later than now."""


class Door:
    """Accepts workbooks into one landing zone and registry; open it once for many files."""

    def __init__(self, settings: Settings, reference: Reference | None = None) -> None:
        self.landing_dir = settings.landing_dir
        self.registry = Registry(settings.ops_url)
        self.reference = reference or load_reference()
        self.reader = Reader(self.reference)

    def close(self) -> None:
        """Give back the registry's connections."""
        self.registry.close()

    def accept(self, path: Path, *, by: str, received_at: datetime | None = None) -> Verdict:
        """Check a workbook and land it as accepted, or refuse it and keep only the reasons.

        This is the way in of what a build checks right afterwards (the sample): what is merely unusual, or contradicts
        the reporter's history, is not asked about here but at the intake. Content that came before keeps its state.
        `by` says who submits (an office); `received_at` when the office got it, now by default.
        Raises OSError when the file cannot be read, ReceivedInFutureError, RegistryBusyError.
        """
        now = clock.now()
        received = clock.to_office_time(received_at) if received_at else now
        if received > now:
            raise ReceivedInFutureError(received.isoformat())
        data = _read_bounded(path)
        sha256 = content_hash(data)
        known = self.registry.find_landed(sha256)
        if known:
            return self._verdict(ALREADY_ACCEPTED, known)
        reading = self.reader.read(data, received.date())
        arrival = arrival_of(reading, received, now, by[:200], sha256, clean_file_name(path.name))
        if reading.problems:
            row, _ = self.registry.reject(arrival, reading.problems)
            return self._verdict(REJECTED, row, reading.problems)
        # The file first: a file without a row is harmless, a row without a file is not.
        land(self.landing_dir, data, reading.kind)
        row, is_new = self.registry.accept(arrival)
        return self._verdict(ACCEPTED if is_new else ALREADY_ACCEPTED, row)

    def _verdict(self, outcome: str, row: Submission, problems: tuple[Problem, ...] = ()) -> Verdict:
        path = None if outcome == REJECTED else landed_path(self.landing_dir, row.sha256)
        name = None
        if row.reporter_code and row.period_code:
            unit = self.reference.unit(row.reporter_code, self.reference.periods[row.period_code].end_date)
            name = unit.name_vi if unit else None
        return Verdict(outcome, row, name, path, problems)

    def previous_values(self, reporter: Unit, period_code: str) -> dict[str, FormValues]:
        """What the reporter's report that counts said for the quarter before, by form, row and column.

        Empty without such a report; an empty cell is left out. A unit whose boundaries changed in between is another
        unit, whatever its code, so nothing is said of it. Small and sensitive counts are among the values: they go
        back only to the reporter who sent them.
        """
        before = previous_period_code(period_code)
        found = self.registry.latest_accepted(reporter.unit_code, before) if before in self.reference.periods else None
        if found is None:
            return {}
        rows = read_landed(landed_path(self.landing_dir, found.sha256), self.reference)
        layout = workbook_layout(self.reference, reporter, period_code)
        return {sheet.form.form_code: _by_row(self.reference, sheet, rows) for sheet in layout.sheets}


def accept(path: Path, *, by: str, received_at: datetime | None = None, settings: Settings | None = None) -> Verdict:
    """`Door.accept` for a single file, with the settings of the environment by default."""
    door = Door(settings or Settings.from_env())
    try:
        return door.accept(path, by=by, received_at=received_at)
    finally:
        door.close()


def _read_bounded(path: Path) -> bytes:
    with path.open("rb") as file:
        # One byte more than allowed is enough to see that it is too large.
        return file.read(MAX_FILE_BYTES + 1)


def arrival_of(
    reading: Reading, received_at: datetime, landed_at: datetime, by: str, sha256: str, file_name: str
) -> Arrival:
    """A workbook as the registry takes it: what it says of itself, and how it came."""
    return Arrival(
        reporter_code=reading.reporter.unit_code if reading.reporter else None,
        reporter_valid_from=reading.reporter.valid_from if reading.reporter else None,
        period_code=reading.period.period_code if reading.period else None,
        received_at=received_at,
        landed_at=landed_at,
        submitted_by=by,
        sha256=sha256,
        file_name=file_name,
        is_sample=reading.is_sample,
    )


def _by_row(reference: Reference, sheet: SheetLayout, rows: dict[str, list[TypedRow]]) -> FormValues:
    """A form's rows by unit code and category, of the very units that the sheet lists."""
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
