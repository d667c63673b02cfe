"""Overdue work: counts of actions and reports, and overdue reports of all quarters by unit."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from app.analysis.action_state import action_states
from app.core.grouping import group_by
from app.core.reader import Reader
from app.records import Period
from app.records.owed import Owed
from app.records.reporters import ReporterPeriod
from warehouse.desk import Desk

# Due and not received, refused or returned and not received again, received and waiting for the department.
OWED = ("missing", "rejected", "waiting")


@dataclass(frozen=True, slots=True)
class UnitOwed:
    """Overdue reports of one reporter, including those that wait for the department, oldest first."""

    reporter_code: str
    reports: tuple[ReporterPeriod, ...]

    @property
    def since(self) -> dt.date:
        """Return the day on which the oldest report was due."""
        return self.reports[0].due_date


def owed(reader: Reader, desk: Desk, period: Period, day: dt.date) -> Owed:
    """Return what is overdue on a day: actions, and reports of a period whose due date has passed.

    Viewers of some units are not shown the list of actions, and units that have ended are hidden from them: no action
    is counted.
    """
    missing = period.reporter_count - period.reported_count if period.due_date < day else 0
    actions = desk.actions() if reader.viewer.readable_units is None else []
    states = action_states(reader, actions, day)
    return Owed(sum(map(states.is_overdue, actions)), missing)


def owed_by_unit(rows: Iterable[ReporterPeriod], reminded: Collection[str]) -> list[UnitOwed]:
    """Return the overdue reports of `rows` in their current state by unit, oldest first.

    Reports that are not due yet are included for `reminded` quarters.
    """
    owed = [row for row in rows if row.state in OWED or (row.state == "not_due" and row.period_code in reminded)]
    owed.sort(key=lambda row: row.due_date)
    units = group_by(owed, lambda row: row.reporter_code)
    return [UnitOwed(code, tuple(reports)) for code, reports in units.items()]
