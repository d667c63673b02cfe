"""Differences between units, as differences of published points: the widest difference, and whether it may be chance.

Two units differ by more than chance where a change between two quarters would be clear. Where a denominator is small,
Fisher's exact test must agree: the interval of the difference calls 1/1 and 0/3 different, which chance alone brings
about once in four times.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from math import comb

from app.analysis import progress_summary
from app.analysis.change import is_clear
from app.core.grouping import group_by
from app.records import Progress, Unit

SIGNIFICANCE = 0.05
MOST_UNITS = 5
MOST_PEERS = 4


@dataclass(frozen=True, slots=True)
class Difference:
    """Difference between two figures, in points; `may_be_chance` where its 95 % interval contains zero."""

    points: float
    may_be_chance: bool


@dataclass(frozen=True, slots=True)
class Widest:
    """Target with the widest difference between units, and the two units.

    `is_ratio` where the interval of the difference shows that it is more than chance; else both are complete counts
    without intervals.
    """

    target_code: str
    high: Progress
    low: Progress
    points: float
    is_ratio: bool = False


def difference(row: Progress | None, base: Progress | None) -> Difference | None:
    """Return the difference of a figure from another one; None unless both have a judged value."""
    if row is None or base is None or row.value_pct is None or base.value_pct is None:
        return None
    if not (row.is_judged and base.is_judged):
        return None
    return Difference(row.value_pct - base.value_pct, is_beyond_chance(row, base) is False)


def is_beyond_chance(row: Progress, other: Progress) -> bool | None:
    """Return whether two units' ratios differ by more than chance; None where they have no intervals."""
    clear = is_clear(row, other)
    if clear and (row.is_small_base or other.is_small_base):
        return fisher_p(row, other) <= SIGNIFICANCE
    return clear


def fisher_p(row: Progress, other: Progress) -> float:
    """Return the two-sided probability, from 0 to 1, that equal shares give ratios of counts as different as these.

    The sum of all tables with the same totals that are no likelier than this one, in whole numbers. Source: R. A.
    Fisher 1935, Journal of the Royal Statistical Society 98, 39–82. Raises ValueError where a count is missing.
    """
    counts = (row.numerator, row.denominator, other.numerator, other.denominator)
    successes, trials, others, other_trials = (int(count) for count in counts if count is not None)
    total = successes + others

    def tables(count: int) -> int:
        return comb(trials, count) * comb(other_trials, total - count)

    possible = map(tables, range(max(0, total - other_trials), min(trials, total) + 1))
    observed = tables(successes)
    return sum(ways for ways in possible if ways <= observed) / comb(trials + other_trials, total)


def widest(rows: Iterable[Progress]) -> Widest | None:
    """Return the widest difference between two units of `rows` that is more than chance; None without any.

    Ratios of counts come first: a unit with a yes and a unit with a no always differ by 100 points.
    """
    return max(_differences(rows), key=lambda pair: (pair.is_ratio, pair.points), default=None)


def widest_whole(rows: Iterable[Progress]) -> Widest | None:
    """Return the widest difference of a complete count, for which no significance test applies; None without any."""
    whole = (pair for pair in _differences(rows) if not pair.is_ratio)
    return max(whole, key=lambda pair: pair.points, default=None)


def is_comparable(rows: Iterable[Progress]) -> bool:
    """Return whether two units have a judged figure of one target."""
    return any(map(extremes, group_by(rows, lambda row: row.target_code).values()))


def extremes(rows: Iterable[Progress]) -> Widest | None:
    """Return the highest and the lowest figure of one target; None where fewer than two have a value."""
    known = [row for row in rows if row.value_pct is not None and row.is_judged]
    return _ends(known[0].target_code, known) if len(known) > 1 else None


def three_apart(units: Sequence[Unit], rows: Iterable[Progress]) -> list[Unit]:
    """Return the units with the largest, the median and the smallest share of targets met or on track.

    Empty if fewer than three units have judged targets.
    """
    unit_rows = by_unit(rows, (unit.unit_code for unit in units))
    counts = {code: progress_summary.unit_summary(members) for code, members in unit_rows.items()}
    judged = [unit for unit in units if counts[unit.unit_code].judged_count]
    judged.sort(key=lambda unit: -counts[unit.unit_code].good_count / counts[unit.unit_code].judged_count)
    if len(judged) < 3:
        return []
    return [judged[0], judged[len(judged) // 2], judged[-1]]


def by_unit(rows: Iterable[Progress], codes: Iterable[str]) -> dict[str, list[Progress]]:
    """Return the rows of the units `codes`, in that order, each unit's rows in their original order."""
    unit_rows: dict[str, list[Progress]] = {code: [] for code in codes}
    for row in rows:
        if row.unit_code in unit_rows:
            unit_rows[row.unit_code].append(row)
    return unit_rows


def by_target(rows: Iterable[Progress]) -> Mapping[str, Progress]:
    """Return one unit's rows by target."""
    return {row.target_code: row for row in rows}


def _differences(rows: Iterable[Progress]) -> list[Widest]:
    """Return every pair of units that differ on a target, without ratios whose difference may be chance."""
    judged = (row for row in rows if row.value_pct is not None and row.is_judged)
    known = group_by(judged, lambda row: row.target_code)
    pairs = [_ends(code, pair) for code, members in known.items() for pair in combinations(members, 2)]
    clear = [(pair, is_beyond_chance(pair.high, pair.low)) for pair in pairs if pair.points > 0]
    return [replace(pair, is_ratio=bool(is_more)) for pair, is_more in clear if is_more is not False]


def _ends(code: str, rows: Sequence[Progress]) -> Widest:
    ordered = sorted(rows, key=lambda row: row.value_pct or 0.0)
    low = ordered[0]
    high = ordered[-1]
    return Widest(code, high, low, (high.value_pct or 0.0) - (low.value_pct or 0.0))
