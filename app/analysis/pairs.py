"""Pairs of two targets' figures: of one unit in one period, with the reasons of those that are left out."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass

from app.core.comparable import BOUNDARY, DISRUPTION, METHOD, breaks_between
from app.core.small_counts import Approximate, disclosed
from app.records import Progress, Target
from app.records.target import SeriesBreak

NOT_JUDGED = "not_judged"
# The series is another one after these; a disruption concerns its own period only.
OTHER_SERIES = (BOUNDARY, METHOD)
BREAKING = (*OTHER_SERIES, DISRUPTION)


@dataclass(frozen=True, slots=True)
class Pair:
    """Two figures of a unit in a period."""

    x: Progress
    y: Progress

    @property
    def spot(self) -> tuple[float, float]:
        """Return both values in points, as precise as they are disclosed."""
        return disclosed_value(self.x), disclosed_value(self.y)

    @property
    def is_approximate(self) -> bool:
        """Return whether one of the values is disclosed as a range."""
        return isinstance(self.x.value_pct, Approximate) or isinstance(self.y.value_pct, Approximate)

    @property
    def is_provisional(self) -> bool:
        """Return whether reports that are still missing may change one of the values."""
        return self.x.is_provisional or self.y.is_provisional


def disclosed_value(row: Progress) -> float:
    """Return a figure's value in points; of an approximate value the middle without decimals.

    Raises ValueError for a figure without a value.
    """
    if row.value_pct is None:
        raise ValueError(f"{row.target_code} of {row.unit_code} has no value")
    return disclosed(row.value_pct)


@dataclass(frozen=True, slots=True)
class Candidate:
    """Figures of two targets under one key, the code of a unit or period; None where there is no row."""

    key: str
    x: Progress | None
    y: Progress | None

    @property
    def pair(self) -> Pair | None:
        """Return both figures; None where there is a `missing_reason`."""
        return Pair(self.x, self.y) if self.x and self.y and not self.missing_reason else None

    @property
    def missing_reason(self) -> str | None:
        """Return why they are no pair: the status of the first without a value, or `not_judged`; None for a pair."""
        for row in (self.x, self.y):
            if row is None:
                return "not_applicable"
            if row.value_pct is None:
                return row.status
            if not row.is_judged:
                return NOT_JUDGED
        return None


def candidates(
    rows: Iterable[Progress], x: str, y: str, keys: Iterable[str], key: Callable[[Progress], str]
) -> list[Candidate]:
    """Return for each of `keys` the rows of the targets `x` and `y`."""
    found = {(key(row), row.target_code): row for row in rows}
    return [Candidate(code, found.get((code, x)), found.get((code, y))) for code in keys]


def stretches(found: Sequence[Pair], breaks: Collection[SeriesBreak], periods: Sequence[str]) -> list[list[Pair]]:
    """Return one unit's pairs, oldest first, in stretches that a line may connect.

    A stretch ends before a period that has no pair or is not comparable with the one before, and where a sum begins
    again in January.
    """
    parts: list[list[Pair]] = []
    for pair in found:
        before = parts[-1][-1] if parts else None
        if before is None or not _is_joined(before, pair, breaks, periods):
            parts.append([])
        parts[-1].append(pair)
    return parts


def since_last_break(found: Sequence[Pair], breaks: Collection[SeriesBreak]) -> list[Pair]:
    """Return the newest pairs of one unit that belong to the same series, without periods of a disruption."""
    newest = found[-1].x.period_code if found else ""
    first = max(
        (one.period_code for one in breaks if one.kind in OTHER_SERIES and one.period_code <= newest), default=""
    )
    disrupted = {one.period_code for one in breaks if one.kind == DISRUPTION}
    return [pair for pair in found if pair.x.period_code >= first and pair.x.period_code not in disrupted]


def _is_joined(before: Pair, now: Pair, breaks: Collection[SeriesBreak], periods: Sequence[str]) -> bool:
    earlier, later = before.x.period_code, now.x.period_code
    if periods.index(later) - periods.index(earlier) != 1 or now.x.restarts or now.y.restarts:
        return False
    return not any(one.kind in BREAKING for one in breaks_between(breaks, earlier, later))


@dataclass(frozen=True, slots=True)
class Dot:
    """Pair of a unit or period, with the text of its figures; its group in the legend, size, label and ring if any."""

    pair: Pair
    text: str
    group: str = ""
    size: float | None = None
    label: str = ""
    ring: str = ""


@dataclass(frozen=True, slots=True)
class Axes:
    """Targets across and up, and whether the size of a dot is a number."""

    x: Target
    y: Target
    is_sized: bool = False
