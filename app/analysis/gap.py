"""Distance of a figure from the milestone or threshold on which its status was judged."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from app.core.status import JUDGED
from app.records import Progress, Target


@dataclass(frozen=True, slots=True)
class Gap:
    """Points above the goal (negative: below it), which is the quarter's milestone or the threshold.

    `missing_count` is how many more of what is counted are required, None where less is better.
    """

    goal: Literal["path", "threshold"]
    points: float
    missing_count: int | None


def gap(row: Progress, target: Target) -> Gap | None:
    """Return the distance of a figure from its goal at this point of the year; None where it has none.

    A target that adds up over a year is judged on the quarter's milestone until this equals the threshold.
    """
    if row.status not in JUDGED or row.gap_pct is None:
        return None
    sign = 1 if target.direction == "up" else -1
    if row.path_gap_pct is None or row.path_pct == row.threshold_pct:
        return Gap("threshold", sign * row.gap_pct, row.missing_to_threshold_count if sign > 0 else None)
    return Gap("path", sign * row.path_gap_pct, row.missing_to_path_count if sign > 0 else None)


def distance(row: Progress, target: Target) -> Gap | None:
    """Return the gap if it should be displayed: below the goal, or above a milestone.

    None where the threshold is reached.
    """
    result = gap(row, target)
    if result is None or row.status == "met" or (result.goal == "threshold" and result.points >= 0):
        return None
    return result
