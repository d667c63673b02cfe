"""Reporters: the state of their workbooks, quarter by quarter, and their punctuality."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ReporterKey:
    """Unit that reports for a period: its code, and the first day of the validity under which it does."""

    reporter_code: str
    reporter_valid_from: dt.date


@dataclass(frozen=True, slots=True)
class ReporterPeriod:
    """State of one reporter's workbook for one quarter.

    * `state` is on_time, late, history, missing, rejected or not_due; from the registry it may also be waiting or
      taken.
    * `received_at` is that of the first accepted version, `version` the counting version, `days_late` 0 in time; all
      None where no version was accepted.
    * `version_count` counts accepted versions, more than one where the report `is_corrected`; `rejected_count` refused
      workbooks.
    * `missing_form_count` includes all forms where no report was received.
    * Where no version counts yet, or a later version was received, `sent_at` is the arrival of the first version, which
      determines punctuality, and `problem_count` the errors of the newest workbook (0: the department returned it);
      None where nothing was received.
    * `waits_since` is the arrival of the oldest version that awaits acceptance.
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
        """Return the number of forms missing from the received workbook."""
        return self.missing_form_count if self.version is not None else 0


@dataclass(frozen=True, slots=True)
class Punctuality:
    """Counts of a reporter's reports due up to a quarter: due, received, in time, corrected, refused.

    `rejected_count` counts workbooks, of which one quarter may have several; the share is in points of the due reports.
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
    """State of one reporter's workbook of a quarter, with the reporter's names at that time.

    Other columns as in `ReporterPeriod`.
    """

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
