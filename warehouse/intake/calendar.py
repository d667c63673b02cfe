"""The calendar of a quarter: what each reporter owed, what came, and what is still open."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from warehouse.intake.records import Received, counting_report, waiting_reports
from warehouse.reference import Reference, Unit
from warehouse.registry.events import ACCEPTED, HISTORY, REJECTED, RETURNED

ON_TIME, LATE, WAITING, MISSING, NOT_DUE = "on_time", "late", "waiting", "missing", "not_due"
CALENDAR_STATES = (ON_TIME, LATE, HISTORY, WAITING, RETURNED, REJECTED, MISSING, NOT_DUE)


@dataclass(frozen=True)
class ReporterQuarter:
    """What one reporter's quarter stands at.

    `state` is on_time, late or history (nobody knows whether it was late) where a report counts (`counting`); else what
    the newest one waits for or why it was sent back: waiting, returned, rejected; else missing or not_due. `waiting`
    are reports not decided yet, newest first; `version_count` counts accepted versions. `days_late` are the days after
    the due date on which the first version came, returned or not, or for which a report is awaited; 0 for history.
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
        """Whether a later version replaced the first one."""
        return self.version_count > 1

    @property
    def is_overdue(self) -> bool:
        """Whether the due date is past and the reporter still owes a report: none came, or what came was sent back."""
        return self.counting is None and not self.waiting and self.days_late > 0


def calendar(
    reference: Reference, period_code: str, received: Sequence[Received], today: date
) -> list[ReporterQuarter]:
    """Every expected reporter of a quarter, in the order of the units, as of a day."""
    by_reporter: dict[tuple[str | None, date | None], list[Received]] = {}
    for one in received:
        if one.submission.period_code == period_code:
            key = (one.submission.reporter_code, one.submission.reporter_valid_from)
            by_reporter.setdefault(key, []).append(one)
    due = reference.periods[period_code].due_date
    return [
        _quarter(unit, period_code, due, by_reporter.get((unit.unit_code, unit.valid_from), []), today)
        for unit in reference.reporters(period_code)
    ]


def _quarter(unit: Unit, period_code: str, due: date, came: list[Received], today: date) -> ReporterQuarter:
    accepted = [one for one in came if one.state == ACCEPTED]
    counting, waiting = counting_report(accepted), waiting_reports(came)
    newest = max(came, key=lambda one: one.submission.submission_id, default=None)
    first = min(accepted, key=lambda one: one.submission.version or 0, default=None)
    is_history = first is not None and first.submission.is_history
    versions = (one.submission for one in came if one.submission.version is not None)
    days = [one.received_at.date() for one in versions if not one.is_history] if counting or waiting else []
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
