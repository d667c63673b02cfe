"""Scale of a figure: the end of an axis of points, and its ticks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from app.records import Progress
from app.records.target import Recalculated

FULL_PCT = 100.0
STEP_PCT = 25.0
# An end closer to 100 than this would overlap its label.
BEYOND = 1.1
# Possible ends of a scale of values without a threshold.
ROUND_ENDS = (10.0, 20.0, 40.0, 60.0, 80.0, FULL_PCT)


@dataclass(frozen=True, slots=True)
class Scale:
    """Scale of points from 0 to `end`."""

    end: float

    @property
    def is_beyond(self) -> bool:
        """Return whether it extends beyond 100 points."""
        return self.end > FULL_PCT

    @property
    def ticks(self) -> tuple[float, ...]:
        """Return the ticks of a large axis: every quarter of the scale, or every 25 points."""
        step = STEP_PCT if self.end >= FULL_PCT else self.end / 4
        return tuple(step * number for number in range(int(self.end // step) + 1))

    @property
    def main_ticks(self) -> tuple[float, ...]:
        """Return the ticks of a small axis: 0, 50 and 100, and the end if it is clearly beyond."""
        whole = min(self.end, FULL_PCT)
        beyond = (self.end,) if self.end > FULL_PCT * BEYOND else ()
        return 0.0, whole / 2, whole, *beyond

    def share(self, value: float) -> float:
        """Return the position of a value, from 0 to 1 of the scale; values outside are moved to its ends."""
        return max(0.0, min(1.0, value / self.end))

    def percent(self, value: float) -> str:
        """Return the position as a length in SVG and CSS: `62.50%`."""
        return f"{self.share(value) * 100:.2f}%"


def scale_of(rows: Iterable[Progress], past: Iterable[Recalculated] = ()) -> Scale:
    """Return the scale shared by all charts of these rows."""
    return Scale(axis_end(rows, past))


def axis_end(rows: Iterable[Progress], past: Iterable[Recalculated] = ()) -> float:
    """Return 100, or a larger largest value; without a threshold, a round number above all values."""
    rows = list(rows)
    values = [row.value_pct for row in rows if row.value_pct is not None]
    values += [row.value_pct for row in past if row.value_pct is not None]
    whole = max([FULL_PCT, *values])
    if not values or any(row.threshold_pct is not None for row in rows):
        return whole
    highest = max([*values, *(row.ci_high_pct for row in rows if row.value_pct is not None and row.ci_high_pct)])
    return next((end for end in ROUND_ENDS if highest <= end), whole)
