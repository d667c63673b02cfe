"""Default due day of new actions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from app.records import Period

# The minimum time for carrying out an action.
LEAST_DAYS = 30


def due_day(periods: Sequence[Period], day: dt.date) -> dt.date:
    """Return the last day of the first period that leaves enough time after `day`, so that its report shows the result.

    Without such a period, the day on which the minimum time has passed.
    """
    least = day + dt.timedelta(days=LEAST_DAYS)
    return min((period.end_date for period in periods if period.end_date >= least), default=least)
