"""By when new work is to be done, where nobody says otherwise."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from app.records import Period

# Less time than this is not enough to carry anything out.
LEAST_DAYS = 30


def due_day(periods: Sequence[Period], day: dt.date) -> dt.date:
    """The last day of the first period that leaves enough time after `day`, so that its report shows what was done.

    Without such a period, the day on which the least time is over.
    """
    least = day + dt.timedelta(days=LEAST_DAYS)
    return min((period.end_date for period in periods if period.end_date >= least), default=least)
