"""Assessment of a workbook before anything of it is stored: faults, findings of the rules, changes."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

from warehouse import clock
from warehouse.forms.formats import name_problems
from warehouse.forms.formats.book import UnreadableFileError
from warehouse.forms.layout import cover_sheet_name, other_programme
from warehouse.forms.problems import CONFIRM, PERSONAL_RULES, REFUSE, REMARK, Problem
from warehouse.forms.reading.reader import Reading
from warehouse.forms.reading.sheet import TypedRow
from warehouse.forms.sandbox.sandboxed_reader import Reader
from warehouse.intake.changes import cell_changes, filled_cells, missing_units
from warehouse.intake.file_names import clean_file_name
from warehouse.intake.ledger import Ledger
from warehouse.intake.records import Assessment, CellChange
from warehouse.intake.repeats import repeated_report
from warehouse.reference import Period, Reference, Unit
from warehouse.registry.store import Registry
from warehouse.settings import Settings
from warehouse.storage.landing import content_hash

# Called with the code of a workbook's reporter, None if it cannot be read; may raise.
Authorize = Callable[[str | None], object]


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

    def assess(
        self, data: bytes, file_name: str, received_on: date, authorize: Authorize = anyone
    ) -> tuple[Assessment, Reading]:
        """Return the result of `check`, and the reading it is based on.

        `authorize` is called before the workbook is compared with any data of its reporter.
        """
        reading = self._reader.read(data, received_on)
        authorize(reading.reporter.unit_code if reading.reporter else None)
        reading = self._checked(reading)
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

    def _checked(self, reading: Reading) -> Reading:
        """Add findings of the build's rules to a reading, compared with the reporter's accepted reports, and questions
        about outliers among its published numbers."""
        # DuckDB takes a quarter of a gigabyte of address space, more than the process that reads uploads has left.
        from warehouse.intake.outliers import outlier_questions  # noqa: PLC0415
        from warehouse.intake.report_checks import check_report, is_copied  # noqa: PLC0415

        if any(problem.rule_code in PERSONAL_RULES for problem in reading.problems):
            # Nothing else of such a file may be quoted.
            return reading
        if code := other_programme(reading.form_version or ""):
            params = {"theirs": code, "current": Settings.from_env().programme}
            other = Problem("cover_other_programme", cover_sheet_name(), None, reading.form_version, params)
            return replace(reading, problems=(*reading.problems, other))
        history = self._history(reading.reporter, reading.period) if reading.reporter and reading.period else []
        findings = check_report(reading, history, self._reference)
        refused = tuple(problem for problem in findings if problem.severity == REFUSE)
        others = [problem for problem in findings if problem.severity != REFUSE]
        copied = tuple(problem for problem in others if is_copied(problem))
        rest = tuple(problem for problem in others if not is_copied(problem))
        whole = repeated_report(reading, history, self._reference)
        # A repeated report of last quarter is the only finding that matters first.
        repeated = (whole,) if whole else copied
        asked = () if refused else outlier_questions(reading, history, self._reference, self._settings)
        return replace(reading, problems=reading.problems + refused, remarks=repeated + reading.remarks + rest + asked)

    def _history(self, reporter: Unit, period: Period) -> list[tuple[str, dict[str, list[TypedRow]]]]:
        """Return the reporter's accepted reports of the quarter before and of this year's other quarters."""
        year = {code for code, other in self._reference.periods.items() if other.year == period.year}
        before = self._reference.period_before(period.period_code)
        codes = (year | {before} if before else year) - {period.period_code}
        accepted = [self._registry.latest_accepted(reporter.unit_code, code) for code in sorted(codes)]
        return [(row.period_code or "", self._ledger.rows_of(row)) for row in accepted if row]

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
            "is_late": received_on > period.due_date,
            "due_date": period.due_date,
            "lock": self._ledger.locks().get(code),
        }
