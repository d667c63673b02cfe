"""What-if calculation: the city's figure if some units had met their goal or had another value.

Nothing of it is stored or published. The published rows give each unit's contribution, and the city's sums change by
the units' changes. The status rule is that of the macro `status_at`; a test compares both.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from math import ceil

from app.core.disclosure import SUPPRESSED
from app.core.levels import is_base
from app.core.small_counts import Approximate
from app.core.status import WITHOUT_REPORT
from app.records import Progress, Target

# Targets that add up over the year and are judged on a path.
ON_A_PATH = ("coverage", "amount")
# Decimal places to which sums of terms are exact, as in the warehouse.
PLACES = 4


class Refusal(StrEnum):
    """Reason why nothing can be assumed for a unit."""

    HIDDEN = "hidden"
    NOT_COUNTED = "not_counted"
    UNKNOWN = "unknown"
    NO_CASES = "no_cases"


@dataclass(frozen=True, slots=True)
class Assumed:
    """Assumed numerator and denominator of a unit beside those of its row.

    An unknown numerator or denominator of the row counts as zero.
    """

    row: Progress
    numerator: float
    denominator: float

    @property
    def more(self) -> float:
        """Return the increase of the numerator; an unknown numerator counts as zero."""
        return self.numerator - (self.row.numerator or 0.0)

    @property
    def is_newly_known(self) -> bool:
        """Return whether the row has no figure."""
        return self.row.value_pct is None


@dataclass(frozen=True, slots=True)
class Outcome:
    """Resulting figure of the city.

    `is_withheld` where it would reach the threshold and missing reports could undo this.
    """

    numerator: float
    denominator: float
    status: str
    is_withheld: bool = False

    @property
    def value_pct(self) -> float:
        """Return the value in points."""
        return 100.0 * self.numerator / self.denominator


@dataclass(frozen=True, slots=True)
class Rule:
    """Rule of a status: threshold and path of the published row, the target, and the margin in points."""

    row: Progress
    target: Target
    margin_pct: float

    def status_at(self, numerator: float, denominator: float) -> str:
        """Return the status of a ratio whose denominator is above zero."""
        goal = Fraction(str(self.row.threshold_pct))
        required = goal if self.row.path_pct is None else self._path(self.row.path_pct)
        if self._reaches(goal, numerator, denominator):
            return "met"
        if self.row.kind in ON_A_PATH and self._reaches(required, numerator, denominator):
            return "on_track"
        margin = Fraction(str(self.margin_pct)) * self._sign
        return "behind" if self._reaches(required - margin, numerator, denominator) else "far_behind"

    def _path(self, path_pct: float) -> Fraction:
        """Return the row's exact path: the sum required of its units over their denominator.

        Paths have four decimals.
        """
        whole = Fraction(self.row.denominator or 1)
        return Fraction(round(Fraction(path_pct) * whole, 4)) / whole

    def _reaches(self, goal: Fraction, numerator: float, denominator: float) -> bool:
        return self._sign * (100 * _exact(numerator) - goal * _exact(denominator)) >= 0

    @property
    def _sign(self) -> int:
        return -1 if self.target.direction == "down" else 1


def is_one_unit(row: Progress, target: Target) -> bool:
    """Return whether a row is of one counted unit that answers yes or no."""
    if target.counting_rule != "units":
        return False
    counted = target.counted_levels.split("|")
    return is_base(row.unit_level) if any(map(is_base, counted)) else row.unit_level in counted


def assume(row: Progress, target: Target, value_pct: int | None) -> Assumed | Refusal:
    """Return a unit's sums at `value_pct`, rounded up to whole things, or at its current goal where that is None.

    Returns a refusal where the row lacks the required values, or is hidden from the viewer.
    """
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
    """Return how many more counted things a row needs for its path or else the threshold.

    Where less is better, the excess.
    """
    missing = row.missing_to_threshold_count if row.missing_to_path_count is None else row.missing_to_path_count
    return missing or 0


def outcome(rule: Rule, bound_denominator: float | None, assumed: Sequence[Assumed]) -> Outcome:
    """Return the resulting figure of the city from its published sums and the assumptions.

    `rule.row` is the city's, with a figure; `bound_denominator` is that of its bounds, None without bounds. As for
    every figure, the status is met only where missing reports could not undo it.
    """
    row = rule.row
    numerator = (row.numerator or 0.0) + sum(unit.more for unit in assumed)
    denominator = (row.denominator or 0.0) + sum(unit.denominator for unit in assumed if unit.is_newly_known)
    status = rule.status_at(numerator, denominator)
    bound = row.bound_low_pct if rule.target.direction == "up" else row.bound_high_pct
    if status == "met" and bound is not None and bound_denominator:
        # Units without reports are in the bounds already: only the numerator changes.
        worst = bound * bound_denominator / 100.0 + sum(unit.more for unit in assumed)
        if rule.status_at(worst, bound_denominator) != "met":
            return Outcome(numerator, denominator, "on_track", is_withheld=True)
    return Outcome(numerator, denominator, status)


def _exact(value: float) -> Fraction:
    return Fraction(str(round(value, PLACES)))
