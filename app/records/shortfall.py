"""The record of who is short on a target."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Shortfall:
    """A unit below a row that is late on the row's target, and how many more of what is counted it needs for what it is
    judged on."""

    unit_code: str
    unit_valid_from: dt.date
    unit_level: str
    missing_count: int
