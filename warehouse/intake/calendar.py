"""The calendar of a quarter: which reports are due, which arrived, and which are missing."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from warehouse.intake.records import Received, counting_report, waiting_reports
from warehouse.reference import Reference, Unit
from warehouse.registry.events import ACCEPTED, HISTORY, REJECTED, RETURNED

ON_TIME, LATE, WAITING, MISSING, NOT_DUE = "on_time", "late", "waiting", "missing", "not_due"
CALENDAR_STATES = (ON_TIME, LATE, HISTORY, WAITING, RETURNED, REJECTED, MISSING, NOT_DUE)


@dataclass(frozen=True)
class ReporterQuarter:
    """State of one reporter's quarter.

    `state` is on_time, late or history (unknown whether it was late) if a report counts (`counting`); else the state of
    the newest report: waiting, returned, rejected; else missing or not_due. `waiting` are reports not decided yet,
    newest first; `version_count` counts accepted versions. `days_late` are the days from the due date until the first
    version arrived, returned or not, or until today if a report is awaited; 0 for history.
    """

    reporter: Unit
    period_code: str
    due_date: date
    state: str
    counting: Received | None
    newest: Received | None
    waiting: tuple[Received, ...]
    version_count: int
    days_late: int

    @property
    def is_corrected(self) -> bool:
        """Return whether a later version replaced the first version."""
        return self.version_count > 1

    @property
    def is_overdue(self) -> bool:
        """Return whether the due date is past and a report is due: none arrived, or it was returned or refused."""
        return self.counting is None and not self.waiting and self.days_late > 0


def calendar(
    reference: Reference, period_code: str, received: Sequence[Received], today: date
) -> list[ReporterQuarter]:
    """Return every expected reporter of a quarter, in the order of the units, as of a day."""
    by_reporter: dict[tuple[str | None, date | None], list[Received]] = {}
    for report in received:
        if report.submission.period_code == period_code:
            key = (report.submission.reporter_code, report.submission.reporter_valid_from)
            by_reporter.setdefault(key, []).append(report)
    due = reference.periods[period_code].due_date
    return [
        _quarter(unit, period_code, due, by_reporter.get((unit.unit_code, unit.valid_from), []), today)
        for unit in reference.reporters(period_code)
    ]


def would_be_late(reports: Sequence[Received], due: date, received_on: date) -> bool:
    """Return whether a quarter would be late with a report of `received_on`, after those of its reporter that came
    before: a correction keeps the day of the first version."""
    first = _first_accepted(reports)
    if first and first.submission.is_history:
        return False
    return min((*_days_of_arrival(reports), received_on)) > due


def _first_accepted(reports: Iterable[Received]) -> Received | None:
    accepted = (report for report in reports if report.state == ACCEPTED)
    return min(accepted, key=lambda report: report.submission.version or 0, default=None)


def _days_of_arrival(reports: Iterable[Received]) -> list[date]:
    """Return the days on which versions arrived, returned or not, but those of past years."""
    versions = (report.submission for report in reports if report.submission.version is not None)
    return [report.received_at.date() for report in versions if not report.is_history]


def _quarter(unit: Unit, period_code: str, due: date, reports: list[Received], today: date) -> ReporterQuarter:
    accepted = [report for report in reports if report.state == ACCEPTED]
    counting, waiting = counting_report(accepted), waiting_reports(reports)
    newest = max(reports, key=lambda report: report.submission.submission_id, default=None)
    first = _first_accepted(reports)
    is_history = first is not None and first.submission.is_history
    days = _days_of_arrival(reports) if counting or waiting else []
    days_late = 0 if is_history else max(0, (min(days, default=today) - due).days)
    if is_history:
        state = HISTORY
    elif counting:
        state = LATE if days_late else ON_TIME
    elif waiting:
        state = WAITING
    elif newest:
        state = newest.state
    else:
        state = MISSING if days_late else NOT_DUE
    return ReporterQuarter(unit, period_code, due, state, counting, newest, waiting, len(accepted), days_late)
