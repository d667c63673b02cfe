"""Assessment of a workbook before anything of it is kept: its faults, what the rules find, what it changes."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

from warehouse import clock
from warehouse.forms.formats import name_problems
from warehouse.forms.formats.book import UnreadableFileError
from warehouse.forms.problems import CONFIRM, PERSONAL_RULES, REFUSE, REMARK
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
from warehouse.storage.landing import content_hash

# Is told the code of whose report a workbook is, None where that cannot be read; may raise.
Authorize = Callable[[str | None], object]


def anyone(_reporter: str | None) -> None:
    """Let every report be looked at: for commands, and where rights were proven before."""


class Assessor:
    """Looks at workbooks and keeps nothing of them."""

    def __init__(self, ledger: Ledger, registry: Registry, reference: Reference, reader: Reader) -> None:
        self._ledger = ledger
        self._registry = registry
        self._reference = reference
        self._reader = reader

    def check(
        self, data: bytes, file_name: str, received_on: date | None = None, authorize: Authorize = anyone
    ) -> Assessment:
        """What would become of a workbook that is received on a day, today by default. Nothing of it is kept."""
        return self.assess(data, file_name, received_on or clock.now().date(), authorize)[0]

    def marked(self, data: bytes, assessment: Assessment, lang: str) -> tuple[str, bytes]:
        """The name and content (xlsx) of the sender's own workbook with everything that `assessment` says marked in it.

        `assessment` is what `check` said of this file, as the reader of the copy may see it. Nothing is kept. Of a file
        that cannot be opened, the copy holds the list of reasons alone.
        """
        # What writes workbooks takes 20 MB, which a page that is only read does without.
        from warehouse.intake.marked_copy import marked_copy  # noqa: PLC0415

        said = (*assessment.problems, *assessment.questions, *assessment.remarks)
        try:
            copy: tuple[str, bytes] = self._reader.call(marked_copy, data, assessment.file_name, said, lang)
        except UnreadableFileError:
            copy = marked_copy(b"", assessment.file_name, said, lang)
        return copy

    def assess(
        self, data: bytes, file_name: str, received_on: date, authorize: Authorize = anyone
    ) -> tuple[Assessment, Reading]:
        """What `check` says, and the reading that it rests on.

        `authorize` is called before the workbook is compared with anything that is known of its reporter.
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
            stands = self._ledger.submission(known.submission_id)
            facts |= {"known": known, "known_state": stands.state, "known_reason": stands.reason}
        if reading.reporter and reading.period:
            facts |= self._compared(reading, reading.reporter, reading.period, received_on)
        return Assessment(**facts), reading

    def _checked(self, reading: Reading) -> Reading:
        """The reading with what the build's own rules find in it, held against the reporter's accepted reports."""
        # DuckDB takes a quarter of a gigabyte of addresses, which the process that reads uploads cannot spare.
        from warehouse.intake.report_checks import check_report, is_copied  # noqa: PLC0415

        if any(problem.rule_code in PERSONAL_RULES for problem in reading.problems):
            # Nothing else of such a file may be quoted.
            return reading
        history = self._history(reading.reporter, reading.period) if reading.reporter and reading.period else []
        found = check_report(reading, history, self._reference)
        refused = tuple(problem for problem in found if problem.severity == REFUSE)
        others = [problem for problem in found if problem.severity != REFUSE]
        copied = tuple(problem for problem in others if is_copied(problem))
        rest = tuple(problem for problem in others if not is_copied(problem))
        whole = repeated_report(reading, history, self._reference)
        # Whoever sent last quarter's report again has nothing else to look at first.
        repeated = (whole,) if whole else copied
        return replace(reading, problems=reading.problems + refused, remarks=repeated + reading.remarks + rest)

    def _history(self, reporter: Unit, period: Period) -> list[tuple[str, dict[str, list[TypedRow]]]]:
        """What the reporter's accepted reports say of the quarter before and of this year's other quarters."""
        year = {code for code, one in self._reference.periods.items() if one.year == period.year}
        before = self._reference.period_before(period.period_code)
        codes = (year | {before} if before else year) - {period.period_code}
        accepted = [self._registry.latest_accepted(reporter.unit_code, code) for code in sorted(codes)]
        return [(row.period_code or "", self._ledger.rows_of(row)) for row in accepted if row]

    def _compared(self, reading: Reading, reporter: Unit, period: Period, received_on: date) -> dict[str, Any]:
        """What the registry knows of the report's quarter, and what the report changes in it."""
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
