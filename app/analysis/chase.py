"""Which reports are owed, quarter by quarter: whom to remind of what, since when."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from app.records.reporters import ReporterPeriod

# Due and not here, or sent back and not here again.
OWED = ("missing", "rejected")


@dataclass(frozen=True, slots=True)
class Owed:
    """A report that is not here: whose, of which quarter, `missing`, `rejected` or `not_due`, due on which day.

    `days` are those past the due date, or those left until it.
    """

    reporter_code: str
    period_code: str
    state: str
    due_date: dt.date
    days: int


def owed_reports(rows: Iterable[ReporterPeriod], reminded: Collection[str], today: dt.date) -> list[Owed]:
    """Every report of `rows` that is owed by now; of those that are not due yet, the ones of `reminded` quarters."""
    return [
        Owed(row.reporter_code, row.period_code, row.state, row.due_date, abs((today - row.due_date).days))
        for row in rows
        if row.state in OWED or (row.state == "not_due" and row.period_code in reminded)
    ]
