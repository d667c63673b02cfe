"""The intake: a report is checked, lands, waits for the department and counts once it is accepted."""

import tempfile
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from warehouse import clock
from warehouse.build import background
from warehouse.forms.layout import workbook_layout
from warehouse.forms.template.sheets import FormValues
from warehouse.forms.template.workbook import Content, write_workbook
from warehouse.intake.assessment import Assessing
from warehouse.intake.changes import cell_changes
from warehouse.intake.decisions import clean_text, clean_writer
from warehouse.intake.records import KNOWN, NEEDS_NOTE, BuildState, CellChange, IntakeRefusal, Receipt
from warehouse.intake.submission import arrival_of
from warehouse.reference import Unit
from warehouse.registry.events import ACCEPTED, RECEIVED, REJECTED
from warehouse.registry.store import Submission
from warehouse.settings import Settings
from warehouse.storage.landing import content_hash, land, landed_path, verify


class Intake(Assessing):
    """Takes reports in and decides on them (see Decisions for how writes behave)."""

    @classmethod
    def open(cls, settings: Settings | None = None) -> "Intake":
        """The intake behind the settings, one per process and settings. Raises RegistryBusyError."""
        return _intake(settings or Settings.from_env())

    def submit(
        self,
        data: bytes,
        file_name: str,
        *,
        by: str,
        note: str = "",
        accept: bool = False,
        received_at: datetime | None = None,
    ) -> Receipt:
        """Land a report that waits for the department, or counts at once when it is to be accepted.

        What must be mended is refused, and only the reasons are kept; what is unusual, or comes after the quarter was
        closed, lands with the sender's `note` only. Raises IntakeRefusal for a note or a writer that may not be kept
        and for a moment of receipt in the future; OSError when the disk fails.
        """
        now = clock.now()
        received = clock.to_office_time(received_at) if received_at else now
        if received > now:
            raise IntakeRefusal("received_future", {"moment": received.isoformat(sep=" ")})
        writer, said = clean_writer(by), clean_text("note", note)
        assessment, reading = self.assess(data, file_name, received.date())
        if assessment.known:
            return Receipt(KNOWN, assessment, assessment.known)
        sha256 = content_hash(data)
        arrival = arrival_of(reading, received, now, writer, sha256, assessment.file_name)
        if assessment.problems:
            row, _ = self.registry.reject(arrival, assessment.problems)
            return Receipt(REJECTED, assessment, row)
        if assessment.needs_note and not said:
            return Receipt(NEEDS_NOTE, assessment, None)
        # The file first: a file without a row is harmless, a row without a file is not.
        land(self.settings.landing_dir, data, reading.kind)
        facts = {
            "changed_cells": len(assessment.changes),
            "corrects": assessment.current.version if assessment.current else None,
            "questions": [asdict(question.kept()) for question in assessment.questions],
            "is_after_lock": assessment.lock is not None,
        }
        row, is_new = self.registry.accept(arrival, waits=not accept, note=said, facts=facts)
        outcome = (ACCEPTED if accept else RECEIVED) if is_new else KNOWN
        return Receipt(outcome, assessment, row)

    def template(self, unit_code: str, period_code: str, left_out: frozenset[str] = frozenset()) -> tuple[str, bytes]:
        """The name and content of an empty form, with last quarter's values beside except those of columns `left_out`.

        Raises IntakeRefusal for an unknown unit or quarter.
        """
        if period_code not in self.reference.periods:
            raise IntakeRefusal("period_unknown", {"period": period_code}, "period")
        found = (unit for unit in self.reference.reporters(period_code) if unit.unit_code == unit_code)
        reporter = next(found, None)
        if reporter is None:
            raise IntakeRefusal("unit_unknown", {"unit": unit_code, "period": period_code}, "unit")
        previous = _without(self.door.previous_values(reporter, period_code), left_out)
        content = Content(previous=previous)
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "form.xlsx"
            write_workbook(path, self.reference, workbook_layout(self.reference, reporter, period_code), content)
            return f"bao-cao_{unit_code}_{period_code}.xlsx", path.read_bytes()

    def original(self, submission_id: int) -> tuple[str, bytes]:
        """The name and content of a report exactly as it came.

        Raises LookupError, or IntakeRefusal where no original is kept.
        """
        row = self.registry.submission(submission_id)
        if row.version is None:
            raise IntakeRefusal("no_original", {"id": submission_id})
        if not verify(self.settings.landing_dir, row.sha256):
            raise IntakeRefusal("original_damaged", {"id": submission_id})
        return row.file_name, landed_path(self.settings.landing_dir, row.sha256).read_bytes()

    def difference(self, submission_id: int, against: int | None = None) -> tuple[CellChange, ...]:
        """Where a landed report differs, cell by cell, from another submission.

        By default from the accepted version before it; without one there is nothing to compare. Raises LookupError, or
        IntakeRefusal where a report never landed.
        """
        row = self.registry.submission(submission_id)
        if row.version is None or row.reporter_code is None or row.period_code is None:
            raise IntakeRefusal("no_original", {"id": submission_id})
        other = self.registry.submission(against) if against is not None else self._version_before(row)
        reporter = self._reporter(row)
        if other is None or reporter is None:
            return ()
        before, after = self.rows_of(other), self.rows_of(row)
        return cell_changes(self.reference, reporter, row.period_code, before, after)

    def build_state(self) -> BuildState:
        """How the newest build stands, for whoever waits for it."""
        return background.build_state(self.settings)

    def request_build(self, by: str) -> None:
        """Have the figures built in the background, by the warm worker when there is one.

        A request that finds another one waiting joins it. Raises IntakeRefusal for a writer that may not be kept.
        """
        writer = clean_writer(by)
        self.note_build_request(writer)
        background.request_build(self.settings, writer)

    def _reporter(self, row: Submission) -> Unit | None:
        same = (row.reporter_code, row.reporter_valid_from)
        return next((unit for unit in self.reference.units if (unit.unit_code, unit.valid_from) == same), None)

    def _version_before(self, row: Submission) -> Submission | None:
        versions = self.registry.accepted_versions(row.reporter_code or "", row.period_code or "")
        return next((one for one in versions if (one.version or 0) < (row.version or 0)), None)


def _without(values: Mapping[str, FormValues], left_out: frozenset[str]) -> dict[str, FormValues]:
    return {
        form: {
            key: {code: value for code, value in cells.items() if code not in left_out} for key, cells in rows.items()
        }
        for form, rows in values.items()
    }


@lru_cache(maxsize=8)
def _intake(settings: Settings) -> Intake:
    return Intake(settings)
