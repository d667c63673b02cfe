"""Differences between units, as differences of published points: which is widest, and which may be chance.

Two units differ by more than chance where a change between two quarters would be clear: one rule for both.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from app.analysis import progress_summary
from app.analysis.change import is_clear
from app.core.grouping import group_by
from app.records import Progress, Unit

MOST_UNITS = 5
MOST_PEERS = 4


@dataclass(frozen=True, slots=True)
class Difference:
    """How far a figure lies from another, in points; `may_be_chance` where the 95 % interval of that holds zero."""

    points: float
    may_be_chance: bool


@dataclass(frozen=True, slots=True)
class Widest:
    """The target on which units lie furthest apart, and the two of them that do. `is_ratio` where the interval of the
    difference says that it is more than chance; else both are whole counts, which have none."""

    target_code: str
    high: Progress
    low: Progress
    points: float
    is_ratio: bool = False


def difference(row: Progress | None, base: Progress | None) -> Difference | None:
    """A figure against another one; None unless both have a value that is judged."""
    if row is None or base is None or row.value_pct is None or base.value_pct is None:
        return None
    if not (row.is_judged and base.is_judged):
        return None
    return Difference(row.value_pct - base.value_pct, is_clear(row, base) is False)


def widest(rows: Iterable[Progress]) -> Widest | None:
    """Where two units of `rows` differ most, chance left aside; None where none do.

    Ratios of counts go first: between a unit that answers yes and one that answers no there are always 100 points,
    which says little of either.
    """
    return max(_differences(rows), key=lambda pair: (pair.is_ratio, pair.points), default=None)


def widest_whole(rows: Iterable[Progress]) -> Widest | None:
    """Where two units of `rows` differ most in a whole count, of which nobody asks whether it is chance; None where
    none do."""
    whole = (pair for pair in _differences(rows) if not pair.is_ratio)
    return max(whole, key=lambda pair: pair.points, default=None)


def extremes(rows: Iterable[Progress]) -> Widest | None:
    """The highest and the lowest figure of one target; None where fewer than two have a value."""
    known = [row for row in rows if row.value_pct is not None and row.is_judged]
    return _ends(known[0].target_code, known) if len(known) > 1 else None


def three_apart(units: Sequence[Unit], rows: Iterable[Progress]) -> list[Unit]:
    """The units with the most, a middling and the least share of targets met or on track; all where there are few."""
    unit_rows = by_unit(rows, (unit.unit_code for unit in units))
    counts = {code: progress_summary.unit_summary(members) for code, members in unit_rows.items()}
    judged = [unit for unit in units if counts[unit.unit_code].judged_count]
    judged.sort(key=lambda unit: -counts[unit.unit_code].good_count / counts[unit.unit_code].judged_count)
    if len(judged) < 3:
        return list(units[:3])
    return [judged[0], judged[len(judged) // 2], judged[-1]]


def by_unit(rows: Iterable[Progress], codes: Iterable[str]) -> dict[str, list[Progress]]:
    """Rows of the units `codes`, in that order, each unit's rows in the order they came."""
    unit_rows: dict[str, list[Progress]] = {code: [] for code in codes}
    for row in rows:
        if row.unit_code in unit_rows:
            unit_rows[row.unit_code].append(row)
    return unit_rows


def by_target(rows: Iterable[Progress]) -> Mapping[str, Progress]:
    """One unit's rows by target."""
    return {row.target_code: row for row in rows}


def _differences(rows: Iterable[Progress]) -> list[Widest]:
    """Every two units that differ in a target, without ratios whose difference may be chance."""
    judged = (row for row in rows if row.value_pct is not None and row.is_judged)
    known = group_by(judged, lambda row: row.target_code)
    pairs = [_ends(code, pair) for code, members in known.items() for pair in combinations(members, 2)]
    clear = [(pair, is_clear(pair.high, pair.low)) for pair in pairs if pair.points > 0]
    return [replace(pair, is_ratio=bool(is_more)) for pair, is_more in clear if is_more is not False]


def _ends(code: str, rows: Sequence[Progress]) -> Widest:
    ordered = sorted(rows, key=lambda row: row.value_pct or 0.0)
    low = ordered[0]
    high = ordered[-1]
    return Widest(code, high, low, (high.value_pct or 0.0) - (low.value_pct or 0.0))
