"""What a person can work out of small counts from everything that a viewer without clearance is given.

The unknowns are the counts in every report of the smallest units shown: those in a ratio's numerator and the rest of
its denominator. Every record of every version narrows them; what is left of a count is the least and the largest whole
number that agrees with all of it, found by integer programs. The attacker knows the method, the units, what sums up
what, and which reports a figure rests on.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import combinations
from math import isclose

import numpy as np
import numpy.typing as npt
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

from app.core.disclosure import COLUMNS
from app.core.period_code import year_of
from app.core.small_counts import Approximate
from app.records import Progress

Z = 1.959963984540054
MOST = 5000.0
MOST_WITH_INTERVAL = 2000
# How far a written ratio may be off, in people; a status ends right above its line.
SLACK, BELOW = 1e-6, 1e-4
# The protected columns that the attacker can read; any other one must be empty, or nothing would be proven.
READ = frozenset({"numerator", "denominator", "value_pct", "status", "rank", "ci_low_pct", "ci_high_pct"})
READ |= {"change_prev_quarter_pct", "change_is_clear", "prev_quarter_status"}
# At a line of 100 %, where it is told, it follows from who reported: it says nothing of a count.
READ |= {"late_certainty"}
UNREAD = COLUMNS["fct_target_progress"].protected - READ
JUDGED = ("met", "on_track", "behind", "far_behind")
WITHOUT_COUNT = ("not_reported", "rejected", "not_due", "not_applicable")

# Unit, period and a report that its count rests on: another version with the same report has the same count of it.
Cell = tuple[str, str, str]
# So many times the count of people reached in a cell, or of the rest.
Terms = Counter[tuple[Cell, str]]
Place = tuple[str, str, str]
FloatArray = npt.NDArray[np.float64]


class Attack:
    """What is known of one target in one year. `continued` says which unit goes on as which, new to old."""

    def __init__(self, continued: Mapping[str, str] | None = None, margin_pct: float = 15.0) -> None:
        self._continued = continued or {}
        self._margin = margin_pct
        self._numbers: dict[tuple[Cell, str], int] = {}
        self._known: dict[frozenset[tuple[tuple[Cell, str], float]], tuple[float, float]] = {}
        self._table: LinearConstraint | None = None

    def see(self, rows: Sequence[Progress]) -> Mapping[Place, tuple[Cell, ...]]:
        """Take in the records of one version; the cells that each figure (unit, period, window) sums up."""
        shown = {place_of(row): row for row in rows if row.unit_level != "ward"}
        cells = self._cells(shown)
        for row in rows:
            assert not [name for name in UNREAD if getattr(row, name, None)], row
            assert row.unit_level != "ward" or (row.numerator, row.value_pct, row.rank) == (None, None, None), row
        for place, row in shown.items():
            self._read_counts(row, cells[place])
            self._read_status(row, row.status, cells[place])
            self._read_interval(row, cells[place])
            self._read_change(row, shown, cells)
        self._read_ranks(shown, cells)
        return cells

    def know(self, terms: Terms, low: float, high: float) -> None:
        """Take in that a sum lies between two ends."""
        if terms:
            for term in terms:
                self._numbers.setdefault(term, len(self._numbers))
            before = self._known.get(key := frozenset(terms.items()), (-np.inf, np.inf))
            self._known[key] = max(low, before[0]), min(high, before[1])
            self._table = None

    def range_of(self, terms: Terms) -> tuple[int, int]:
        """The least and the largest value that a sum may have."""
        return round(self._value(terms, self._smallest(terms))), round(
            self._value(terms, self._smallest(_times(terms, -1)))
        )

    def not_reaching(self, counts: Sequence[Terms], low: int, high: int) -> list[Terms]:
        """Those of some sums that cannot be as small as `low`, or not as large as `high`.

        One program asks for all that are left at once; each that it brings there is settled.
        """
        short = []
        for sign, goal in ((1, low), (-1, -high)):
            left = list(counts)
            while left:
                together: Terms = Counter()
                for terms in left:
                    together.update(_times(terms, sign))
                found = self._smallest(together)
                still = [terms for terms in left if sign * self._value(terms, found) > goal + SLACK]
                if len(still) == len(left):
                    # Together they stand in each other's way.
                    short += [one for one in still if sign * self.range_of(one)[sign < 0] > goal]
                    break
                left = still
        return short

    def _value(self, terms: Terms, found: FloatArray) -> float:
        return float(sum(weight * found[self._numbers[term]] for term, weight in terms.items()))

    def _smallest(self, terms: Terms) -> FloatArray:
        """The counts, in whole numbers, with which a sum is smallest."""
        for term in terms:
            self._numbers.setdefault(term, len(self._numbers))
        aim = np.zeros(len(self._numbers))
        for term, weight in terms.items():
            aim[self._numbers[term]] = weight
        if self._table is None or self._table.A.shape[1] < len(aim):
            self._table = self._constraints()
        found = milp(aim, constraints=self._table, bounds=Bounds(0, MOST), integrality=np.ones(len(aim)))
        assert found.status == 0, found.message
        return found.x

    def _constraints(self) -> LinearConstraint:
        entries = [(row, self._numbers[term], weight) for row, sums in enumerate(self._known) for term, weight in sums]
        if not entries:
            return LinearConstraint(np.zeros((1, len(self._numbers))))
        at, numbers, weights = zip(*entries, strict=True)
        table = csr_array((weights, (at, numbers)), shape=(len(self._known), len(self._numbers)))
        low, high = zip(*self._known.values(), strict=True)
        return LinearConstraint(table, low, high)

    def _cells(self, shown: Mapping[Place, Progress]) -> dict[Place, tuple[Cell, ...]]:
        """Of every figure the cells that it sums up: of a quarter those below, of a year those of its quarters."""
        quarters = {place[:2]: row for place, row in shown.items() if place[2] == "quarter"}

        def of_quarter(unit: str, period: str) -> tuple[Cell, ...]:
            row = quarters[unit, period]
            below = [one for one in quarters.values() if (one.parent_code, one.period_code) == (unit, period)]
            if below:
                return tuple(cell for one in below for cell in of_quarter(one.unit_code, period))
            if row.status in WITHOUT_COUNT:
                return ()
            return tuple((unit, period, name) for name in (row.source_versions or "").split("; "))

        def of_year(unit: str, until: str) -> tuple[Cell, ...]:
            periods = sorted({period for _, period in quarters if year_of(until) <= period <= until})
            codes = (unit, self._continued.get(unit, unit))
            units = [(next((code for code in codes if (code, one) in quarters), None), one) for one in periods]
            return tuple(cell for code, period in units if code for cell in of_quarter(code, period))

        return {
            (unit, period, window): (of_quarter if window == "quarter" else of_year)(unit, period)
            for unit, period, window in shown
        }

    def _read_counts(self, row: Progress, cells: Sequence[Cell]) -> None:
        for count, terms in ((row.numerator, reached(cells)), (row.denominator, whole(cells))):
            if count is not None:
                self.know(terms, *_ends(count))
        if row.value_pct is not None and not _follows(row.value_pct, row.numerator, row.denominator):
            self._know_value(row.value_pct, cells)

    def _know_value(self, value: float | None, cells: Sequence[Cell]) -> None:
        if value is not None:
            low, high = _ends(value)
            self._know_ratio(cells, low, -SLACK, np.inf)
            self._know_ratio(cells, high, -np.inf, SLACK)

    def _know_ratio(self, cells: Sequence[Cell], line_pct: float, low: float, high: float) -> None:
        """That people reached, less those whom a line asks for, are so many."""
        share = line_pct / 100.0
        terms: Terms = Counter()
        for cell in cells:
            terms[cell, "reached"], terms[cell, "rest"] = 1 - share, -share
        self.know(terms, low, high)

    def _read_status(self, row: Progress, status: str | None, cells: Sequence[Cell]) -> None:
        if status == "no_cases":
            self.know(whole(cells), 0, 0)
        if status not in JUDGED or row.threshold_pct is None:
            return
        asked = row.threshold_pct if row.path_pct is None else row.path_pct
        lines = {"met": row.threshold_pct, "on_track": asked, "behind": asked - self._margin}
        above = {"on_track": "met", "behind": "on_track" if row.path_pct is not None else "met", "far_behind": "behind"}
        if status in lines:
            self._know_ratio(cells, lines[status], -SLACK, np.inf)
        if status in above:
            self._know_ratio(cells, lines[above[status]], -np.inf, -BELOW)

    def _read_interval(self, row: Progress, cells: Sequence[Cell]) -> None:
        """Both ends of a Wilson interval give the ratio and the number of people that it was made of."""
        low, high = row.ci_low_pct, row.ci_high_pct
        is_known = row.numerator is not None and not isinstance(row.numerator, Approximate)
        if low is None or high is None or is_known:
            return
        centre, half = (low + high) / 200.0, (high - low) / 200.0

        def ratio(k: float) -> float:
            return centre * (1 + k) - k / 2

        def off(k: float) -> float:
            share = ratio(k)
            return k * share * (1 - share) + k * k / 4 - (half * (1 + k)) ** 2

        people = min(range(1, MOST_WITH_INTERVAL), key=lambda number: abs(off(Z**2 / number)))
        self.know(whole(cells), people, people)
        self._know_value(100.0 * round(ratio(Z**2 / people), 9), cells)

    def _read_change(
        self, row: Progress, shown: Mapping[Place, Progress], cells: Mapping[Place, tuple[Cell, ...]]
    ) -> None:
        """A figure less its change is the figure before."""
        periods = sorted({period for _, period, _ in shown})
        at = periods.index(row.period_code)
        before = (row.unit_code, periods[at - 1], row.period_window) if at else None
        if before not in cells:
            return
        self._read_status(shown[before], row.prev_quarter_status, cells[before])
        if row.change_prev_quarter_pct is not None and row.value_pct is not None:
            self._know_value(row.value_pct - row.change_prev_quarter_pct, cells[before])

    def _read_ranks(self, shown: Mapping[Place, Progress], cells: Mapping[Place, tuple[Cell, ...]]) -> None:
        """Who ranks before a figure that is told lies above it, whoever ranks after it below."""
        ranked = [row for row in shown.values() if row.rank is not None]
        for one, other in combinations(sorted(ranked, key=lambda row: row.rank or 0), 2):
            siblings = (one.parent_code, one.period_code, one.period_window)
            if siblings != (other.parent_code, other.period_code, other.period_window):
                continue
            if other.value_pct is not None:
                self._know_ratio(cells[place_of(one)], _ends(other.value_pct)[0], -SLACK, np.inf)
            if one.value_pct is not None:
                self._know_ratio(cells[place_of(other)], _ends(one.value_pct)[1], -np.inf, SLACK)


def place_of(row: Progress) -> Place:
    """What a record is of, within its target."""
    return row.unit_code, row.period_code, row.period_window


def reached(cells: Sequence[Cell]) -> Terms:
    """The people in the numerator of what sums up some cells."""
    return Counter((cell, "reached") for cell in cells)


def rest(cells: Sequence[Cell]) -> Terms:
    """Those in the denominator alone."""
    return Counter((cell, "rest") for cell in cells)


def whole(cells: Sequence[Cell]) -> Terms:
    """Everybody in the denominator."""
    return reached(cells) + rest(cells)


def _times(terms: Terms, factor: float) -> Terms:
    return Counter({term: weight * factor for term, weight in terms.items()})


def _follows(value: float, reached: float | None, whole: float | None) -> bool:
    """Whether a ratio says nothing that its two counts do not say."""
    if reached is None or not whole:
        return False
    (least, most), (few, many) = _ends(reached), _ends(whole)
    ends = 100 * least / (least + many - most), 100 * most / (most + few - least)
    return all(isclose(one, other, abs_tol=SLACK) for one, other in zip(ends, _ends(value), strict=True))


def _ends(figure: float) -> tuple[float, float]:
    return (figure.low, figure.high) if isinstance(figure, Approximate) else (figure, figure)
