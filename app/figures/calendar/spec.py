"""Spec of the calendar of reports: reporter by quarter, with the current state of each report."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.analysis.report_phrase import report_phrase
from app.analysis.report_state import QuarterSubmissions, ReporterQuarter, report_now, state_now, version_now
from app.core import formatting
from app.core.i18n import words
from app.core.status import sign_of, tone_of
from app.records import Unit
from app.records.reporters import Punctuality, ReporterPeriod
from app.ui.status import report_words
from warehouse.intake.records import Lock

# A report that the department returned has the sign of a report that the checks rejected.
LEGEND = ("on_time", "late", "history", "missing", "rejected", "not_due", "waiting", "taken")


@dataclass(frozen=True, slots=True)
class ReportCalendar:
    """Data of the calendar.

    Report states from the figures, current states from the registry, punctuality of each reporter, closed quarters, and
    the day of reference.
    """

    rows: Mapping[ReporterQuarter, ReporterPeriod]
    registered: Mapping[ReporterQuarter, QuarterSubmissions]
    punctual: Mapping[str, Punctuality]
    locks: Mapping[str, Lock]
    today: dt.date


@dataclass(frozen=True, slots=True)
class CalendarColumn:
    """Quarter, and whether it is closed."""

    code: str
    name: str
    is_locked: bool


@dataclass(frozen=True, slots=True)
class CalendarCell:
    """Report: its current state as text, and the counting version if it was corrected (else empty)."""

    reporter_code: str
    period_code: str
    state: str
    text: str
    version: str
    explanation: str

    @property
    def sign(self) -> str:
        """Return the sign of its state."""
        return sign_of(self.state)

    @property
    def tone(self) -> str:
        """Return the tone of its state."""
        return tone_of(self.state)

    @property
    def label(self) -> str:
        """Return state and version together."""
        return f"{self.text} {self.version}".rstrip()


@dataclass(frozen=True, slots=True)
class CalendarRow:
    """Reports of one reporter, None where it did not exist, and the number of due reports received in time."""

    code: str
    name: str
    cells: tuple[CalendarCell | None, ...]
    punctuality: str


@dataclass(frozen=True, slots=True)
class CalendarSpec:
    """Reporters and quarters in display order."""

    columns: tuple[CalendarColumn, ...]
    rows: tuple[CalendarRow, ...]

    @property
    def legend(self) -> tuple[str, ...]:
        """Return the states in the legend; past records only where there are any."""
        has_history = any(cell is not None and cell.state == "history" for row in self.rows for cell in row.cells)
        return LEGEND if has_history else tuple(state for state in LEGEND if state != "history")

    def story(self) -> list[str]:
        """Return the calendar as text, one line per reporter."""
        return [
            f"{row.name}: "
            + "; ".join(
                f"{column.name} {cell.label}"
                for column, cell in zip(self.columns, row.cells, strict=True)
                if cell is not None
            )
            for row in self.rows
        ]


def calendar_spec(reporters: Sequence[Unit], quarters: Sequence[str], calendar: ReportCalendar) -> CalendarSpec:
    """Return reporters as rows, quarters as columns, both in the given order.

    Quarters in which no reporter existed are left out.
    """
    codes = {unit.unit_code for unit in reporters}
    reported = {period for reporter, period in calendar.rows if reporter in codes}
    shown = [code for code in quarters if code in reported]
    columns = tuple(CalendarColumn(code, words.period(code), code in calendar.locks) for code in shown)
    rows = []
    for unit in reporters:
        name = words.of(unit, "name")
        cells = tuple(_cell(calendar.rows.get((unit.unit_code, code)), name, calendar) for code in shown)
        share = punctuality_share(calendar.punctual.get(unit.unit_code))
        rows.append(CalendarRow(unit.unit_code, name, cells, share))
    return CalendarSpec(columns, tuple(rows))


def _cell(row: ReporterPeriod | None, name: str, calendar: ReportCalendar) -> CalendarCell | None:
    if row is None:
        return None
    state = state_now(row, calendar.registered)
    version = version_now(row, calendar.registered)
    explanation = words(
        "calendar.cell",
        reporter=name,
        period=words.period(row.period_code),
        state=report_phrase(report_now(row, calendar.registered), calendar.today),
        received=formatting.moment(row.received_at),
        version=version or formatting.MISSING,
    )
    return CalendarCell(
        reporter_code=row.reporter_code,
        period_code=row.period_code,
        state=state,
        text=report_words(state, row.days_late),
        version=words("calendar.short_version", version=version) if version and version > 1 else "",
        explanation=explanation,
    )


def punctuality_share(punctual: Punctuality | None) -> str:
    """Return how many of the due reports were received in time; a dash where none was due."""
    if punctual is None:
        return formatting.MISSING
    return words("calendar.share", part=punctual.on_time_count, whole=punctual.due_count)
