"""What if: where the city would stand if some units had met what was asked of them, or stood at another value.

Nothing of it is stored and nothing of it is a figure. What units add is what their published rows hold; the city's sum
changes by what they change. The status rule is that of the macro `status_at`; a test holds the two together.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from math import ceil

from app.core.disclosure import SUPPRESSED
from app.core.small_counts import Approximate
from app.core.status import WITHOUT_REPORT
from app.records import Progress, Target

# What adds up over the year and is judged on a path.
ON_A_PATH = ("coverage", "amount")
# Sums of terms are exact to so many places, as in the warehouse.
PLACES = 4


class Refusal(StrEnum):
    """Why nothing can be assumed of a unit."""

    HIDDEN = "hidden"
    NOT_COUNTED = "not_counted"
    UNKNOWN = "unknown"
    NO_CASES = "no_cases"


@dataclass(frozen=True, slots=True)
class Assumed:
    """What is assumed of a unit: its numerator and denominator beside those of its row, whose denominator is zero here
    where nothing is known of the unit."""

    row: Progress
    numerator: float
    denominator: float

    @property
    def more(self) -> float:
        """By how much its numerator grows; what was not known counted as nothing."""
        return self.numerator - (self.row.numerator or 0.0)

    @property
    def is_newly_known(self) -> bool:
        """Whether the row has no figure."""
        return self.row.value_pct is None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the city would stand at; `is_withheld` where it would reach the threshold and what is missing could undo
    it."""

    numerator: float
    denominator: float
    status: str
    is_withheld: bool = False

    @property
    def value_pct(self) -> float:
        """The value in points."""
        return 100.0 * self.numerator / self.denominator


@dataclass(frozen=True, slots=True)
class Rule:
    """By what a status is judged: the published row's threshold and path, the target's kind and direction, and the
    published margin in points."""

    row: Progress
    target: Target
    margin_pct: float

    def status_at(self, numerator: float, denominator: float) -> str:
        """The status of a ratio whose denominator is above zero."""
        goal = Fraction(str(self.row.threshold_pct))
        asked = goal if self.row.path_pct is None else self._path(self.row.path_pct)
        if self._reaches(goal, numerator, denominator):
            return "met"
        if self.row.kind in ON_A_PATH and self._reaches(asked, numerator, denominator):
            return "on_track"
        margin = Fraction(str(self.margin_pct)) * self._sign
        return "behind" if self._reaches(asked - margin, numerator, denominator) else "far_behind"

    def _path(self, path_pct: float) -> Fraction:
        """The row's path, exact: what is asked of its units together, with the four decimals that paths have, over
        their denominator."""
        whole = Fraction(self.row.denominator or 1)
        return Fraction(round(Fraction(path_pct) * whole, 4)) / whole

    def _reaches(self, goal: Fraction, numerator: float, denominator: float) -> bool:
        return self._sign * (100 * _exact(numerator) - goal * _exact(denominator)) >= 0

    @property
    def _sign(self) -> int:
        return -1 if self.target.direction == "down" else 1


def is_one_unit(row: Progress, target: Target) -> bool:
    """Whether a row is of one counted unit that answers yes or no."""
    if target.counting_rule != "units":
        return False
    levels = target.counted_levels.split("|")
    return row.unit_level == "ward" if "ward" in levels else row.unit_level in levels


def assume(row: Progress, target: Target, value_pct: int | None) -> Assumed | Refusal:
    """A unit as if it stood at `value_pct`, in whole things and at least that much; as if it had met what was asked of
    it by now where that is None. A refusal where its row does not say enough, or may not be seen."""
    if row.status == SUPPRESSED or isinstance(row.denominator, Approximate):
        return Refusal.HIDDEN
    if row.status == "not_applicable":
        return Refusal.NOT_COUNTED
    if row.numerator is not None and row.denominator:
        return Assumed(row, _numerator(row, target, value_pct), row.denominator)
    if row.status not in WITHOUT_REPORT:
        return Refusal.NO_CASES
    if not is_one_unit(row, target):
        return Refusal.UNKNOWN
    return Assumed(row, 1.0 if value_pct is None or value_pct > 0 else 0.0, 1.0)


def _numerator(row: Progress, target: Target, value_pct: int | None) -> float:
    if value_pct is not None:
        return float(ceil(value_pct * _exact(row.denominator or 0.0) / 100))
    return (row.numerator or 0.0) + (-1 if target.direction == "down" else 1) * missing_count(row)


def missing_count(row: Progress) -> int:
    """How many more of what is counted a row needs for what it is judged on, its path or else the threshold; where less
    is better, how many it has too many."""
    asked = row.missing_to_threshold_count if row.missing_to_path_count is None else row.missing_to_path_count
    return asked or 0


def outcome(rule: Rule, bound_denominator: float | None, assumed: Sequence[Assumed]) -> Outcome:
    """Where the city would stand: its published sums and what is assumed. `rule.row` is the city's, with a figure;
    `bound_denominator` that of its bounds, None without.

    As for every figure, met is said only where what is still missing could not undo it.
    """
    row = rule.row
    numerator = (row.numerator or 0.0) + sum(one.more for one in assumed)
    denominator = (row.denominator or 0.0) + sum(one.denominator for one in assumed if one.is_newly_known)
    status = rule.status_at(numerator, denominator)
    bound = row.bound_low_pct if rule.target.direction == "up" else row.bound_high_pct
    if status == "met" and bound is not None and bound_denominator:
        # Who is not known is in the bounds already: only the numerator moves.
        worst = bound * bound_denominator / 100.0 + sum(one.more for one in assumed)
        if rule.status_at(worst, bound_denominator) != "met":
            return Outcome(numerator, denominator, "on_track", is_withheld=True)
    return Outcome(numerator, denominator, status)


def _exact(value: float) -> Fraction:
    return Fraction(str(round(value, PLACES)))
