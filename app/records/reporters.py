"""Reporters: what became of their workbooks, quarter by quarter, and how punctual they are."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ReporterPeriod:
    """What became of one reporter's workbook for one quarter.

    `state` is on_time, late, history, missing, rejected or not_due, and by what the registry knows beyond the figures
    also waiting or taken. `received_at` is that of the first accepted version, `version` the one that counts,
    `days_late` 0 in time; all None where none came. `version_count` are accepted versions, more than one where it
    `is_corrected`; `rejected_count` workbooks refused. `missing_form_count` are all its forms where no report came.
    Where none counts yet, or a later one came, `sent_at` is when the first version arrived, on which punctuality goes,
    and `problem_count` the errors of the newest workbook (0: the department sent it back); None where nothing came.
    `waits_since` is the arrival of the oldest version that waits to be accepted.
    """

    reporter_code: str
    period_code: str
    is_due: bool
    due_date: dt.date
    received_at: dt.datetime | None
    state: str
    version: int | None
    version_count: int
    days_late: int | None
    is_corrected: bool
    rejected_count: int
    expected_form_count: int
    missing_form_count: int
    sent_at: dt.datetime | None = None
    problem_count: int | None = None
    waits_since: dt.datetime | None = None

    @property
    def lacking_form_count(self) -> int:
        """Forms that did not come with what came."""
        return self.missing_form_count if self.version is not None else 0


@dataclass(frozen=True, slots=True)
class Punctuality:
    """A reporter's reports that were due up to a quarter: how many, received, in time, corrected, refused.

    `rejected_count` are workbooks, of which one quarter may have several; the share is in points of those due.
    """

    reporter_code: str
    due_count: int
    received_count: int
    on_time_count: int
    corrected_count: int
    rejected_count: int
    on_time_share_pct: float | None


@dataclass(frozen=True, slots=True)
class ReporterState:
    """What became of one reporter's workbook of a quarter, with the names it had then; the rest as in
    `ReporterPeriod`."""

    reporter_code: str
    name_vi: str
    name_en: str
    short_name_vi: str
    short_name_en: str
    state: str
    due_date: dt.date
    days_late: int | None
    is_corrected: bool
    version: int | None
    sent_at: dt.datetime | None
    problem_count: int | None
    waits_since: dt.datetime | None = None
