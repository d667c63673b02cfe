"""The ledger of the intake: reports in their current state, their originals, closed quarters, the audit trail."""

from datetime import date

from warehouse import clock
from warehouse.db.rows import ticks
from warehouse.forms.reading.reader import read_landed
from warehouse.forms.reading.sheet import TypedRow
from warehouse.intake import store
from warehouse.intake.calendar import ReporterQuarter, calendar
from warehouse.intake.changes import cell_changes
from warehouse.intake.records import AuditEvent, CellChange, IntakeRefusal, Lock, Received
from warehouse.reference import Reference, Unit
from warehouse.registry.records import Submission
from warehouse.registry.store import Registry
from warehouse.settings import Settings
from warehouse.storage.landing import landed_path, verify

AUDIT_LIMIT = 500


class Ledger:
    """Reads reports from one registry and landing zone; writes nothing."""

    def __init__(self, settings: Settings, registry: Registry, reference: Reference) -> None:
        self._settings = settings
        self._registry = registry
        self._reference = reference

    def stamp(self) -> str:
        """Return a stamp that changes with every write to the registry or the desk, by any process."""
        with self._registry.engine.connect() as connection:
            return ticks(connection)

    def locks(self) -> dict[str, Lock]:
        """Return the closed quarters by code."""
        with self._registry.engine.connect() as connection:
            return store.locks(connection)

    def submissions(
        self, reporter_code: str | None = None, period_code: str | None = None, state: str | None = None
    ) -> list[Received]:
        """Return submissions, newest first: all, or those that meet every condition given."""
        with self._registry.engine.connect() as connection:
            reports = store.received(connection, reporter_code=reporter_code, period_code=period_code)
        return [report for report in reports if state is None or report.state == state]

    def calendar(self, period_code: str) -> list[ReporterQuarter]:
        """Return the state of every reporter's quarter, as of the day on which lateness is judged. Raises KeyError."""
        return calendar(self._reference, period_code, self.submissions(period_code=period_code), self.today())

    def today(self) -> date:
        """Return the day on which lateness is judged."""
        return self._settings.as_of(clock.now().date())

    def submission(self, submission_id: int) -> Received:
        """Return a submission in its current state. Raises LookupError."""
        with self._registry.engine.connect() as connection:
            return store.current_submission(connection, submission_id)

    def audit(
        self, submission_id: int | None = None, period_code: str | None = None, limit: int | None = AUDIT_LIMIT
    ) -> list[AuditEvent]:
        """Return events, newest first, optionally of one submission or quarter. Raises LookupError if there is no such
        submission."""
        if submission_id is not None:
            self._registry.submission(submission_id)
        with self._registry.engine.connect() as connection:
            return store.events(connection, limit, submission_id=submission_id, period_code=period_code)

    def original(self, submission_id: int) -> tuple[str, bytes]:
        """Return name and content of a report exactly as it arrived.

        Raises LookupError, or IntakeRefusal if no original is stored.
        """
        row = self._registry.submission(submission_id)
        if row.version is None:
            raise IntakeRefusal("no_original", {"id": submission_id})
        if not verify(self._settings.landing_dir, row.sha256):
            raise IntakeRefusal("original_damaged", {"id": submission_id})
        return row.file_name, landed_path(self._settings.landing_dir, row.sha256).read_bytes()

    def difference(self, submission_id: int, against: int | None = None) -> tuple[CellChange, ...]:
        """Return where a landed report differs, cell by cell, from another submission.

        By default from the version before it, returned or not; without one the result is empty. Raises LookupError, or
        IntakeRefusal if a report never landed.
        """
        row = self._registry.submission(submission_id)
        if row.version is None or row.reporter_code is None or row.period_code is None:
            raise IntakeRefusal("no_original", {"id": submission_id})
        other = self._registry.submission(against) if against is not None else self._version_before(row)
        reporter = self._reporter(row)
        if other is None or reporter is None:
            return ()
        before, after = self.rows_of(other), self.rows_of(row)
        return cell_changes(self._reference, reporter, row.period_code, before, after)

    def rows_of(self, row: Submission) -> dict[str, list[TypedRow]]:
        """Return the typed rows of a landed report."""
        return read_landed(landed_path(self._settings.landing_dir, row.sha256), self._reference)

    def _reporter(self, row: Submission) -> Unit | None:
        same = (row.reporter_code, row.reporter_valid_from)
        return next((unit for unit in self._reference.units if (unit.unit_code, unit.valid_from) == same), None)

    def _version_before(self, row: Submission) -> Submission | None:
        landed = (report.submission for report in self.submissions(row.reporter_code, row.period_code))
        earlier = (report for report in landed if report.version is not None and report.version < (row.version or 0))
        return max(earlier, key=lambda report: report.version or 0, default=None)
