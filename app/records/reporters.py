"""Reporters: what became of their workbooks, quarter by quarter, and how punctual they are."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ReporterPeriod:
    """What became of one reporter's workbook for one quarter; `state`, `received_at`, `version` and `days_late` as in
    `Report`.

    `version_count` are accepted versions, more than one where it `is_corrected`; `rejected_count` workbooks refused.
    `missing_form_count` are all its forms where no report came.
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
    """What became of one reporter's workbook of a quarter, with the names it had then; `state` as in `Report`."""

    reporter_code: str
    name_vi: str
    name_en: str
    short_name_vi: str
    short_name_en: str
    state: str
    days_late: int | None
    is_corrected: bool
