"""What only the review asks for."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ReporterState:
    """What became of one reporter's workbook in the reviewed quarter."""

    reporter_code: str
    name_vi: str
    name_en: str
    short_name_vi: str
    short_name_en: str
    state: str
    version: int | None
    days_late: int | None
    is_corrected: bool


@dataclass(frozen=True, slots=True)
class CountedReport:
    """The version of a report that counts, and when it came in."""

    reporter_code: str
    period_code: str
    version: int
    received_at: dt.datetime
