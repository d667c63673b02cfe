"""Default due days of new actions and of promises."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from app.records import Period

# The minimum time for carrying out an action.
LEAST_DAYS = 30
# A promise by telephone is due after as many working days; Saturday is the first day without work.
PROMISE_DAYS, SATURDAY = 5, 5


def due_day(periods: Sequence[Period], day: dt.date) -> dt.date:
    """Return the last day of the first period that leaves enough time after `day`, so that its report shows the result.

    Without such a period, the day on which the minimum time has passed.
    """
    least = day + dt.timedelta(days=LEAST_DAYS)
    return min((period.end_date for period in periods if period.end_date >= least), default=least)


def promise_day(day: dt.date) -> dt.date:
    """Return the day by which a promise made on a day is suggested to be kept: five working days later.

    Only weekends are known to be without work.
    """
    left = PROMISE_DAYS
    while left:
        day += dt.timedelta(days=1)
        left -= day.weekday() < SATURDAY
    return day
