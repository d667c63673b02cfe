"""Scale of a figure: the end of an axis of points, its ticks and their labels."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from math import ceil, floor

from app.core.i18n import WithUnit, words
from app.core.small_counts import Approximate
from app.records import Progress
from app.records.target import Recalculated
from app.ui.figure_text import AMOUNT

FULL_PCT = 100.0
STEP_PCT = 25.0
# An end closer to 100 than this would overlap its label.
BEYOND = 1.1
# Possible ends of a scale of values without a threshold.
ROUND_ENDS = (10.0, 20.0, 40.0, 60.0, 80.0, FULL_PCT)


# Steps of an axis of counts, times a power of ten, and the number of its steps.
COUNT_STEPS = (1, 2, 5, 10)
MOST_STEPS = 5
# An axis is cut where everything on it is in its upper part: at a multiple of a step below the lowest value.
CUT_STEPS_PCT = (2.0, 5.0, 10.0, 20.0)
CUT_FROM_SHARE = 0.3
# Space below the lowest value, as a share of the range of the values.
CUT_ROOM = 0.08
LEAST_SPAN_PCT = 10.0


@dataclass(frozen=True, slots=True)
class Scale:
    """Scale of points from `start`, 0 unless the axis is cut, to `end`.

    On a scale of an amount 100 points are what was assigned: `assigned` is that number, None where it differs between
    the units or years shown.
    """

    end: float
    is_amount: bool = False
    assigned: float | None = None
    start: float = 0.0

    @property
    def is_cut(self) -> bool:
        """Return whether it begins above 0."""
        return self.start > 0

    def cut(self, values: Iterable[float]) -> Scale:
        """Return the scale cut below the lowest of `values`; unchanged for amounts, and where most of it is used.

        Everything that is shown as a position on the scale, limits included, has to be among the values.
        """
        known = [*values]
        if self.is_amount or not known or min(known) < CUT_FROM_SHARE * self.end:
            return self
        lowest = min(*known, self.end - LEAST_SPAN_PCT)
        lowest -= CUT_ROOM * (self.end - lowest)
        step = _step(self.end - lowest)
        return replace(self, start=step * floor(lowest / step))

    @property
    def is_beyond(self) -> bool:
        """Return whether it extends beyond 100 points."""
        return self.end > FULL_PCT

    @property
    def ticks(self) -> tuple[float, ...]:
        """Return the ticks of a large axis: quarters of the scale, every 25 points, or round counts of an amount."""
        if self.assigned:
            counts = range(0, int(self.end_count) + 1, self.count_step)
            return tuple(FULL_PCT * count / self.assigned for count in counts)
        if self.is_cut:
            step = _step(self.end - self.start)
            return tuple(self.start + step * number for number in range(int((self.end - self.start) // step) + 1))
        step = STEP_PCT if self.end >= FULL_PCT else self.end / 4
        return tuple(step * number for number in range(int(self.end // step) + 1))

    @property
    def main_ticks(self) -> tuple[float, ...]:
        """Return the ticks of a small axis: 0, 50 and 100, and the end if it is clearly beyond."""
        whole = min(self.end, FULL_PCT)
        if self.is_cut:
            return self.start, whole
        if self.is_amount:
            return (0.0, whole) if self.end <= FULL_PCT * BEYOND else (0.0, whole, self.end)
        beyond = (self.end,) if self.end > FULL_PCT * BEYOND else ()
        return 0.0, whole / 2, whole, *beyond

    @property
    def end_count(self) -> float:
        """Return the end of the scale in things; 0 where they are not known."""
        return self.end * (self.assigned or 0.0) / FULL_PCT

    @property
    def count_step(self) -> int:
        """Return the distance of two ticks in things: a round number, at most five on the scale."""
        power = 1
        while True:
            for step in COUNT_STEPS:
                if self.end_count <= step * power * MOST_STEPS:
                    return step * power
            power *= 10

    def tick_text(self, value: float) -> str:
        """Return the label of a tick: points without a sign; of an amount things, or from the whole on the share of
        what was assigned."""
        if self.assigned:
            return WithUnit(words.number(round(value * self.assigned / FULL_PCT)))
        if self.is_amount and value >= min(self.end, FULL_PCT):
            return WithUnit(words("amount.share", value=words.percent(value)))
        return words.percent(value)

    def cut_sign(self, value: float) -> str:
        """Return the sign before the label of the tick at which a cut axis begins; empty for any other tick."""
        return "≈ " if self.is_cut and value == self.start else ""

    def share(self, value: float) -> float:
        """Return the position of a value, from 0 to 1 of the scale; values outside are moved to its ends."""
        return max(0.0, min(1.0, (value - self.start) / (self.end - self.start)))

    def percent(self, value: float) -> str:
        """Return the position as a length in SVG and CSS: `62.50%`."""
        return f"{self.share(value) * 100:.2f}%"


def _step(span: float) -> float:
    """Return the distance of two ticks of a cut axis: a round number, at most five on the span."""
    return next((step for step in CUT_STEPS_PCT if ceil(span / step) <= MOST_STEPS), CUT_STEPS_PCT[-1])


def scale_of(rows: Iterable[Progress], past: Iterable[Recalculated] = ()) -> Scale:
    """Return the scale shared by all charts of these rows."""
    rows = list(rows)
    assigned = {row.denominator for row in rows if row.kind == AMOUNT and row.value_pct is not None}
    one = next(iter(assigned)) if len(assigned) == 1 else None
    is_amount = any(row.kind == AMOUNT for row in rows)
    return Scale(axis_end(rows, past), is_amount, None if isinstance(one, Approximate) else one)


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
