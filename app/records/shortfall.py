"""Record of a unit's shortfall on a target."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Shortfall:
    """Late unit below a row, and the count that it lacks to reach its milestone or threshold."""

    unit_code: str
    unit_valid_from: dt.date
    unit_level: str
    missing_count: int
