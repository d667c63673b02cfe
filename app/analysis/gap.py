"""How far a figure is from what its status was judged on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from app.core.status import JUDGED
from app.records import Progress, Target


@dataclass(frozen=True, slots=True)
class Gap:
    """Points beyond the goal (negative: short of it), which is the quarter's milestone or the threshold; how many more
    of what is counted it asks for, None where less is better."""

    goal: Literal["path", "threshold"]
    points: float
    missing_count: int | None


def gap(row: Progress, target: Target) -> Gap | None:
    """The distance to what was asked of a figure at this point of the year; None where nothing was.

    What adds up over a year is judged on the quarter's milestone until that is the threshold itself.
    """
    if row.status not in JUDGED or row.gap_pct is None:
        return None
    sign = 1 if target.direction == "up" else -1
    if row.path_gap_pct is None or row.path_pct == row.threshold_pct:
        return Gap("threshold", sign * row.gap_pct, row.missing_to_threshold_count if sign > 0 else None)
    return Gap("path", sign * row.path_gap_pct, row.missing_to_path_count if sign > 0 else None)


def distance(row: Progress, target: Target) -> Gap | None:
    """The gap where it is worth telling: short of the goal, or ahead of a milestone on the way; None where the
    threshold is reached."""
    found = gap(row, target)
    if found is None or row.status == "met" or (found.goal == "threshold" and found.points >= 0):
        return None
    return found
