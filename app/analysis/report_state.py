"""Current state of reports in the registry, combined with the published figures."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from app.core.grouping import group_by
from app.records.reporters import ReporterPeriod
from warehouse.intake import RECEIVED, REJECTED, RETURNED, Received, counting_report, waiting_reports

# Code of the reporter, code of the quarter.
ReporterQuarter = tuple[str, str]


@dataclass(frozen=True, slots=True)
class QuarterSubmissions:
    """All submissions of one reporter for one quarter in the registry, newest first."""

    submissions: tuple[Received, ...]

    @property
    def newest(self) -> Received:
        """Return the newest submission."""
        return self.submissions[0]

    @property
    def waiting(self) -> tuple[Received, ...]:
        """Return the reports without a decision."""
        return waiting_reports(self.submissions)

    @property
    def counting(self) -> Received | None:
        """Return the accepted report of the highest version: it counts, or will with the next build."""
        return counting_report(self.submissions)

    @property
    def first_arrival(self) -> dt.datetime | None:
        """Return the arrival of the first version, which determines punctuality.

        Without a version, that of the newest workbook. None for past records, whose arrival is unknown.
        """
        versions = [
            submission.submission for submission in self.submissions if submission.submission.version is not None
        ]
        if not versions:
            return self.newest.submission.received_at
        if min(versions, key=lambda version: version.version or 0).is_history:
            return None
        return min(version.received_at for version in versions if not version.is_history)


def by_reporter_quarter(submissions: Iterable[Received]) -> dict[ReporterQuarter, QuarterSubmissions]:
    """Return submissions (newest first) by reporter and quarter, without those that name neither."""
    groups = group_by(
        submissions, lambda received: (received.submission.reporter_code, received.submission.period_code)
    )
    return {
        (code, period): QuarterSubmissions(tuple(group)) for (code, period), group in groups.items() if code and period
    }


def submission_state(submission: Received) -> str:
    """Return the state of a submission in the status vocabulary: `waiting`, accepted, returned or rejected."""
    return "waiting" if submission.state == RECEIVED else submission.state


def state_now(row: ReporterPeriod, registered: Mapping[ReporterQuarter, QuarterSubmissions]) -> str:
    """Return the current state of a workbook.

    From the registry: `waiting` for a decision, `returned` by the department, `rejected` at submission, `taken`
    (accepted, not yet in the figures); else from the figures: on_time, late, history, missing, not_due.
    """
    known = registered.get((row.reporter_code, row.period_code))
    if known is None:
        return row.state
    if known.waiting:
        return "waiting"
    counting = known.counting
    if counting is None:
        return known.newest.state if known.newest.state in (RETURNED, REJECTED) else row.state
    return "taken" if (counting.submission.version or 0) > (row.version or 0) else row.state


def report_now(row: ReporterPeriod, registered: Mapping[ReporterQuarter, QuarterSubmissions]) -> ReporterPeriod:
    """Return the row with the registry's current state.

    A report returned by the department is `rejected` with no errors.
    """
    state = state_now(row, registered)
    known = registered.get((row.reporter_code, row.period_code))
    if known is None or (state == row.state and state != REJECTED):
        return row
    shown = (known.waiting[0] if known.waiting else known.counting or known.newest).submission
    return replace(
        row,
        state=REJECTED if state == RETURNED else state,
        sent_at=known.first_arrival,
        problem_count=shown.problem_count,
        waits_since=min((received.submission.received_at for received in known.waiting), default=None),
    )


def version_now(row: ReporterPeriod, registered: Mapping[ReporterQuarter, QuarterSubmissions]) -> int | None:
    """Return the version that counts or will count next."""
    known = registered.get((row.reporter_code, row.period_code))
    counting = known.counting if known else None
    return counting.submission.version if counting else row.version
