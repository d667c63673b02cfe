"""Changes between two quarters of one's choice: how far, whether more than chance, or why the two cannot be compared.

The rules are those by which dbt states a change since last quarter and since last year (`fct_target_progress`); a test
holds the two together.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import hypot

from app.core.small_counts import Approximate
from app.records import Period, Progress, Target
from app.records.target import SeriesBreak

# What lies between two figures that cannot be compared, the gravest first. `span`: sums over other parts of a year.
PLAN, BOUNDARY, METHOD, DISRUPTION, SPAN = REASONS = ("plan", "boundary", "method", "disruption", "span")


@dataclass(frozen=True, slots=True)
class Change:
    """From an earlier figure to one now: points, and whether that is more than chance (None where nobody can say); or
    the reason why no change is stated."""

    now: Progress
    before: Progress
    points: float | None = None
    is_clear: bool | None = None
    reason: str | None = None


def change_between(
    now: Progress | None,
    before: Progress | None,
    target: Target,
    breaks: Iterable[SeriesBreak],
    periods: Mapping[str, Period],
) -> Change | None:
    """From one row of a unit on a target to a later one, with the breaks of any series; None unless both have a
    figure that is judged."""
    if now is None or before is None or now.value_pct is None or before.value_pct is None:
        return None
    if not (now.is_judged and before.is_judged):
        return None
    reasons = {one.kind for one in breaks if _lies_between(one, now, before)}
    if not _adds_up_alike(now, periods[now.period_code], periods[before.period_code]):
        reasons.add(SPAN)
    if reason := next((one for one in REASONS if one in reasons), None):
        return Change(now, before, reason=reason)
    points = now.value_pct - before.value_pct
    return Change(now, before, points, is_clear(now, before) if target.has_interval else points != 0)


def is_clear(one: Progress, other: Progress) -> bool | None:
    """Whether the 95 % interval of the difference of two ratios leaves out zero; None where they have no intervals, and
    never of a ratio that is told approximately.

    Newcombe's hybrid score of both Wilson intervals, as in the macro `newcombe_bound`.
    """
    values = (one.value_pct, one.ci_low_pct, one.ci_high_pct, other.value_pct, other.ci_low_pct, other.ci_high_pct)
    value, low, high, other_value, other_low, other_high = values
    if isinstance(value, Approximate) or isinstance(other_value, Approximate):
        return False
    if value is None or low is None or high is None or other_value is None or other_low is None or other_high is None:
        return None
    points = value - other_value
    return points > hypot(value - low, other_high - other_value) or points < -hypot(
        high - value, other_value - other_low
    )


def most_changed(changes: Iterable[Change]) -> Change | None:
    """The change that is clear and the largest, either way; None where none is. Ratios of counts go first: a yes that
    was a no is always 100 points."""
    clear = [change for change in changes if change.is_clear and change.points]
    return max(clear, key=lambda change: (_is_ratio(change), abs(change.points or 0.0)), default=None)


def most_changed_whole(changes: Iterable[Change]) -> Change | None:
    """The largest change of a whole count, of which nobody asks whether it is chance; None where none changed."""
    return most_changed(change for change in changes if not _is_ratio(change))


def breaks_between(breaks: Iterable[SeriesBreak], since: str, until: str) -> list[SeriesBreak]:
    """The breaks that lie between two periods, or make one of them unlike any other."""
    return [one for one in breaks if _is_crossed(one, since, until)]


def _is_ratio(change: Change) -> bool:
    return change.now.ci_low_pct is not None


def _lies_between(one: SeriesBreak, now: Progress, before: Progress) -> bool:
    """Whether a break tells these two figures apart; another map does where other units are counted since."""
    if one.target_code not in (None, now.target_code) or not _is_crossed(one, before.period_code, now.period_code):
        return False
    return one.kind != BOUNDARY or now.same_units_since is None or now.same_units_since > before.period_code


def _is_crossed(one: SeriesBreak, since: str, until: str) -> bool:
    if one.kind == DISRUPTION:
        return one.period_code in (since, until)
    return since < one.period_code <= until


def _adds_up_alike(row: Progress, now: Period, before: Period) -> bool:
    """Whether two sums of a year are of the same year, or of the same part of two; other figures always are."""
    return not row.is_sum_of_year or now.year == before.year or now.quarter == before.quarter
