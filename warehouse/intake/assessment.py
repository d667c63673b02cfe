"""Assessment of a workbook before anything of it is stored: faults, findings of the rules, changes."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from warehouse import clock
from warehouse.forms.formats import name_problems
from warehouse.forms.formats.book import UnreadableFileError
from warehouse.forms.layout import cover_sheet_name, other_programme
from warehouse.forms.problems import CONFIRM, PERSONAL_RULES, REFUSE, REMARK, Problem
from warehouse.forms.reading.reader import Reading
from warehouse.forms.sandbox.sandboxed_reader import Reader
from warehouse.intake.calendar import would_be_late
from warehouse.intake.changes import cell_changes, filled_cells, missing_units
from warehouse.intake.file_names import clean_file_name
from warehouse.intake.ledger import Ledger
from warehouse.intake.records import Assessment, CellChange, History
from warehouse.intake.repeats import repeated_report
from warehouse.reference import Period, Reference, Unit
from warehouse.registry.records import Submission
from warehouse.registry.store import Registry
from warehouse.settings import Settings
from warehouse.storage.landing import content_hash

# Called with the code of a workbook's reporter, None if it cannot be read; may raise.
Authorize = Callable[[str | None], object]


@dataclass(frozen=True)
class ReadAhead:
    """A workbook received on a day that was read before its turn. `findings`, None if it was only read, are those of
    the rules, and `compared_with` the accepted reports of its reporter that they refer to, with their rows."""

    reading: Reading
    received_on: date
    compared_with: Sequence[Submission] = ()
    history: History = ()
    findings: tuple[Problem, ...] | None = None


def anyone(_reporter: str | None) -> None:
    """Allow the assessment of every report: for commands, and where rights were checked before."""


class Assessor:
    """Assesses workbooks and stores nothing of them."""

    def __init__(
        self, settings: Settings, ledger: Ledger, registry: Registry, reference: Reference, reader: Reader
    ) -> None:
        self._settings = settings
        self._ledger = ledger
        self._registry = registry
        self._reference = reference
        self._reader = reader

    def check(
        self, data: bytes, file_name: str, received_on: date | None = None, authorize: Authorize = anyone
    ) -> Assessment:
        """Return what would happen to a workbook received on a day, today by default. Nothing of it is stored."""
        return self.assess(data, file_name, received_on or clock.now().date(), authorize)[0]

    def marked(self, data: bytes, assessment: Assessment, lang: str) -> tuple[str, bytes]:
        """Return name and content (xlsx) of the sender's own workbook with everything in `assessment` marked in it.

        `assessment` is the result of `check` for this file, as the reader of the copy may see it. Nothing is stored. Of
        a file that cannot be opened, the copy holds only the list of reasons.
        """
        # The writer of workbooks takes 20 MB, which a process that only renders pages does without.
        from warehouse.intake.marked_copy import marked_copy  # noqa: PLC0415

        findings = (*assessment.problems, *assessment.questions, *assessment.remarks)
        try:
            copy: tuple[str, bytes] = self._reader.call(marked_copy, data, assessment.file_name, findings, lang)
        except UnreadableFileError:
            copy = marked_copy(b"", assessment.file_name, findings, lang)
        return copy

    def ahead(self, files: Sequence[tuple[bytes, date]]) -> list[ReadAhead]:
        """Read workbooks, each received on a day, and hold them against the rules together, for `assess`.

        That takes a fraction of the time of one after the other. Of several by one reporter only the first is held
        against the rules, since the others are compared with it.
        """
        from warehouse.intake.report_checks import check_reports  # noqa: PLC0415 - imports DuckDB

        read = [ReadAhead(self._reader.read(data, received_on), received_on) for data, received_on in files]
        first: dict[str, int] = {}
        for number, one in enumerate(read):
            reading = one.reading
            if reading.reporter and reading.period and not _is_left_alone(reading):
                first.setdefault(reading.reporter.unit_code, number)
        for number in first.values():
            accepted = self._accepted(read[number].reading)
            read[number] = replace(read[number], compared_with=accepted, history=self._history(accepted))
        judged = [read[number] for number in first.values()]
        found = check_reports([(one.reading, one.history) for one in judged], self._reference)
        for number, findings in zip(first.values(), found, strict=True):
            read[number] = replace(read[number], findings=findings)
        return read

    def assess(
        self,
        data: bytes,
        file_name: str,
        received_on: date,
        authorize: Authorize = anyone,
        ahead: ReadAhead | None = None,
    ) -> tuple[Assessment, Reading]:
        """Return the result of `check`, and the reading it is based on.

        `authorize` is called before the workbook is compared with any data of its reporter. `ahead` is what was read
        ahead of this file.
        """
        if ahead is None or ahead.received_on != received_on:
            ahead = ReadAhead(self._reader.read(data, received_on), received_on)
        authorize(ahead.reading.reporter.unit_code if ahead.reading.reporter else None)
        reading = self._checked(ahead)
        named = name_problems(file_name, reading.kind or None)
        known = self._registry.find_landed(content_hash(data))
        questions = tuple(remark for remark in reading.remarks if remark.severity == CONFIRM)
        facts: dict[str, Any] = {
            "file_name": clean_file_name(file_name),
            "kind": reading.kind,
            "reporter": reading.reporter,
            "period": reading.period,
            "is_sample": reading.is_sample,
            "problems": (*reading.problems, *(problem for problem in named if problem.severity == REFUSE)),
            "questions": questions,
            "remarks": tuple(remark for remark in (*named, *reading.remarks) if remark.severity == REMARK),
        }
        if known:
            current = self._ledger.submission(known.submission_id)
            facts |= {"known": known, "known_state": current.state, "known_reason": current.reason}
        if reading.reporter and reading.period:
            facts |= self._compared(reading, reading.reporter, reading.period, received_on)
        return Assessment(**facts), reading

    def _checked(self, ahead: ReadAhead) -> Reading:
        """Add findings of the build's rules to a reading, compared with the reporter's accepted reports, and questions
        about outliers among its published numbers."""
        # DuckDB takes a quarter of a gigabyte of address space, more than the process that reads uploads has left.
        from warehouse.intake.outliers import outlier_questions  # noqa: PLC0415
        from warehouse.intake.report_checks import check_report, is_copied  # noqa: PLC0415

        reading, history, findings = ahead.reading, ahead.history, ahead.findings
        if _is_left_alone(reading):
            return reading
        if code := other_programme(reading.form_version or ""):
            # Alone: whatever else was found, it is right in the plan of its own programme.
            other = Problem("cover_other_programme", cover_sheet_name(), None, reading.form_version, {"theirs": code})
            return replace(reading, problems=(other,))
        accepted = self._accepted(reading)
        if findings is None or accepted != ahead.compared_with:
            history = self._history(accepted)
            findings = check_report(reading, history, self._reference)
        refused = tuple(problem for problem in findings if problem.severity == REFUSE)
        others = [problem for problem in findings if problem.severity != REFUSE]
        copied = tuple(problem for problem in others if is_copied(problem))
        rest = tuple(problem for problem in others if not is_copied(problem))
        whole = repeated_report(reading, history, self._reference)
        # A repeated report of last quarter is the only finding that matters first.
        repeated = (whole,) if whole else copied
        asked = () if refused else outlier_questions(reading, accepted, history, self._reference, self._settings)
        return replace(reading, problems=reading.problems + refused, remarks=repeated + reading.remarks + rest + asked)

    def _accepted(self, reading: Reading) -> list[Submission]:
        """Return the accepted reports of the reporter for the quarter before and this year's other quarters."""
        if not (reading.reporter and reading.period):
            return []
        period = reading.period
        year = {code for code, other in self._reference.periods.items() if other.year == period.year}
        before = self._reference.period_before(period.period_code)
        codes = (year | {before} if before else year) - {period.period_code}
        accepted = [self._registry.latest_accepted(reading.reporter.unit_code, code) for code in sorted(codes)]
        return [row for row in accepted if row]

    def _history(self, accepted: Sequence[Submission]) -> History:
        """Return the rows of accepted reports by quarter."""
        return [(row.period_code or "", self._ledger.rows_of(row)) for row in accepted]

    def _compared(self, reading: Reading, reporter: Unit, period: Period, received_on: date) -> dict[str, Any]:
        """Return the registry's data on the report's quarter, and what the report changes in it."""
        code = period.period_code
        current = self._registry.latest_accepted(reporter.unit_code, code)
        changes: tuple[CellChange, ...] = ()
        if current and not reading.problems:
            names, before = reading.sheet_names, self._ledger.rows_of(current)
            changes = cell_changes(self._reference, reporter, code, before, reading.rows, names)
        return {
            "current": current,
            "changes": changes,
            "filled_count": filled_cells(self._reference, reading.rows),
            "unit_count": len(self._reference.units_reported_by(reporter, code)),
            "units_missing": missing_units(self._reference, reporter, code, reading.rows),
            "is_late": would_be_late(self._ledger.submissions(reporter.unit_code, code), period.due_date, received_on),
            "due_date": period.due_date,
            "lock": self._ledger.locks().get(code),
        }


def _is_left_alone(reading: Reading) -> bool:
    """Return whether nothing of a report may be quoted but that it holds personal data."""
    return any(problem.rule_code in PERSONAL_RULES for problem in reading.problems)
