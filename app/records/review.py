"""The report that counts, of which the review tells when it is another one than last time."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CountedReport:
    """The version of a report that counts, and when it came in."""

    reporter_code: str
    period_code: str
    version: int
    received_at: dt.datetime
