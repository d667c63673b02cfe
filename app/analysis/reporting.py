"""A quarter's reports in counts and lists; the text catalogues contain the sentences."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from app.analysis.report_state import QuarterSubmissions, ReporterQuarter, report_now
from app.records import Period
from app.records.reporters import ReporterPeriod

SHOWN_QUARTERS = 8
RECEIVED = ("on_time", "late", "history")
# States of a report that is not counted, in display order.
UNCOUNTED = ("missing", "rejected", "waiting", "taken")


@dataclass(frozen=True, slots=True)
class QuarterReports:
    """Reports of one quarter: rows by state, and the longest delay in days.

    `waiting` (for acceptance) and `taken` (accepted, not yet counted) are empty for rows from the published figures
    alone.
    """

    expected_count: int
    is_due: bool
    on_time: tuple[ReporterPeriod, ...]
    late: tuple[ReporterPeriod, ...]
    history: tuple[ReporterPeriod, ...]
    missing: tuple[ReporterPeriod, ...]
    rejected: tuple[ReporterPeriod, ...]
    waiting: tuple[ReporterPeriod, ...]
    taken: tuple[ReporterPeriod, ...]
    not_due: tuple[ReporterPeriod, ...]
    corrected: tuple[ReporterPeriod, ...]

    @property
    def counted_count(self) -> int:
        """Return the number of reports in the figures."""
        return len(self.on_time) + len(self.late) + len(self.history)

    @property
    def arrived_count(self) -> int:
        """Return the number of reports received and not returned, accepted or not."""
        return self.counted_count + len(self.waiting) + len(self.taken)

    @property
    def uncounted(self) -> dict[str, int]:
        """Return the number of reports that are not counted, by reason."""
        counts = {state: len(getattr(self, state)) for state in UNCOUNTED}
        return {state: count for state, count in counts.items() if count}

    @property
    def longest_delay(self) -> int:
        """Return the delay of the latest report in days; 0 when none was late."""
        return max((row.days_late or 0 for row in self.late), default=0)

    @property
    def outcome(self) -> str:
        """Return `open` before the due date, `complete` when every report is counted, else `incomplete`."""
        if not self.is_due:
            return "open"
        return "complete" if self.counted_count == self.expected_count else "incomplete"


def quarter_reports(rows: Iterable[ReporterPeriod], period: str) -> QuarterReports:
    """Return the reports of a quarter by state; late reports by delay, longest first."""
    own = [row for row in rows if row.period_code == period]

    def of(state: str) -> tuple[ReporterPeriod, ...]:
        return tuple(row for row in own if row.state == state)

    return QuarterReports(
        expected_count=len(own),
        is_due=any(row.is_due for row in own),
        on_time=of("on_time"),
        late=tuple(sorted(of("late"), key=lambda row: -(row.days_late or 0))),
        history=of("history"),
        missing=of("missing"),
        rejected=of("rejected"),
        waiting=of("waiting"),
        taken=of("taken"),
        not_due=of("not_due"),
        corrected=tuple(row for row in own if row.is_corrected),
    )


def as_of_now(
    rows: Iterable[ReporterPeriod], registered: Mapping[ReporterQuarter, QuarterSubmissions]
) -> list[ReporterPeriod]:
    """Return the rows with the registry's current state, so that units that have submitted are not called."""
    return [report_now(row, registered) for row in rows]


def shown_quarters(periods: Sequence[Period], period: str) -> list[str]:
    """Return the quarters of the calendar, ending with the chosen quarter."""
    codes = [row.period_code for row in periods]
    end = max(codes.index(period) + 1, min(SHOWN_QUARTERS, len(codes)))
    return codes[max(0, end - SHOWN_QUARTERS) : end]
