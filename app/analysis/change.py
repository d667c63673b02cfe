"""Changes between any two quarters: size, significance, or the reason why the two cannot be compared.

The rules are those by which dbt publishes a change since last quarter and since last year (`fct_target_progress`); a
test compares both.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import hypot

from app.core.comparable import difference_between
from app.core.small_counts import Approximate
from app.records import Period, Progress, Target
from app.records.target import SeriesBreak


@dataclass(frozen=True, slots=True)
class Change:
    """Change from an earlier figure to a later one.

    Either points and whether the change is more than chance (None where unknown), or the reason why no change is
    stated.
    """

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
    """Return the change of a unit on a target between two rows; None unless both have a judged figure.

    `breaks` are those of any series.
    """
    if now is None or before is None or now.value_pct is None or before.value_pct is None:
        return None
    if not now.is_judged or not before.is_judged:
        return None
    if reason := difference_between(now, before, target, breaks, periods):
        return Change(now, before, reason=reason)
    if target.is_against_base:
        return Change(now, before, now.change_prev_quarter_pct, None)
    points = now.value_pct - before.value_pct
    return Change(now, before, points, is_clear(now, before) if target.has_interval else points != 0)


def is_clear(figure: Progress, other: Progress) -> bool | None:
    """Return whether the 95 % interval of the difference of two ratios excludes zero.

    None where the ratios have no intervals, and for approximate ratios. Newcombe's hybrid score of both Wilson
    intervals, as in the macro `newcombe_bound`.
    """
    values = (
        figure.value_pct,
        figure.ci_low_pct,
        figure.ci_high_pct,
        other.value_pct,
        other.ci_low_pct,
        other.ci_high_pct,
    )
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
    """Return the largest clear change in either direction; None without any.

    Ratios of counts come first: a change from yes to no is always 100 points.
    """
    clear = [change for change in changes if change.is_clear and change.points]
    return max(clear, key=lambda change: (_is_ratio(change), abs(change.points or 0.0)), default=None)


def most_changed_whole(changes: Iterable[Change]) -> Change | None:
    """Return the largest change of a complete count, for which no significance test applies.

    None where none changed.
    """
    return most_changed(change for change in changes if not _is_ratio(change))


def _is_ratio(change: Change) -> bool:
    return change.now.ci_low_pct is not None
