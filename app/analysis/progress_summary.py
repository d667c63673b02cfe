"""What matters, found in the figures by fixed rules; the text catalogues say it in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import quantiles
from typing import Literal, NamedTuple

from app.analysis.lateness import Lateness, lateness, worst_first
from app.core.grouping import group_by
from app.core.status import GOOD, JUDGED, LATE, REPORTED
from app.records import Progress, Standing, Target

# What became of a status since last quarter: it clearly crossed the line between late and not late, crossed it not
# clearly, or became another one on the same side.
Move = Literal["up", "down", "unclear", "aside"]
# A sum of the year begins again in January; that is no break of the series.
RESTART = "quarters"
HALF = 0.5
NAMED = 2


class CodeCount(NamedTuple):
    """A target or work content by its code, and how many units it is about."""

    code: str
    unit_count: int


@dataclass(frozen=True, slots=True)
class Moves:
    """Cells that clearly moved between late and not late, and the targets (code, units) where most did; counted apart
    are cells whose statuses must not be compared, and those that may have crossed the line by chance."""

    better_count: int
    worse_count: int
    most_better: tuple[CodeCount, ...]
    most_worse: tuple[CodeCount, ...]
    unlike_count: int = 0
    unclear_count: int = 0

    @property
    def is_unlike(self) -> bool:
        """Whether nothing can be said to have moved because nothing may be compared."""
        return self.unlike_count > 0 and not self.better_count and not self.worse_count


@dataclass(frozen=True, slots=True)
class Overview:
    """The state of the plan in counts. Cells are (unit, target) pairs with a status.

    `city` counts the city's targets, `city_before` those of the quarter before, None where the two must not be
    compared. A unit can be judged when at least one of its targets can; the others have no figure and are counted
    apart. `is_first` where none of the units was there a quarter before: nothing can be said to have moved, or not.
    """

    city: Lateness
    city_before: Lateness | None
    city_good_count: int
    judged_unit_count: int
    unjudged_unit_count: int
    good_unit_count: int
    is_first: bool


@dataclass(frozen=True, slots=True)
class UnitSummary:
    """One unit's state in counts."""

    late: Lateness
    good_count: int
    met_count: int
    unlike_count: int
    is_silent: bool

    @property
    def judged_count(self) -> int:
        """How many of its targets have a status."""
        return self.late.judged


@dataclass(frozen=True, slots=True)
class UnitMoves:
    """A unit's figures whose status moved since last quarter, the worst first: `worse` and `better` clearly crossed the
    line between late and not late, `aside` are named and not counted."""

    worse: tuple[Progress, ...]
    better: tuple[Progress, ...]
    aside: tuple[Progress, ...]


@dataclass(frozen=True, slots=True)
class Kept:
    """How many figures of a unit stand as they were in earlier quarters of the year, and which quarters, oldest
    first."""

    count: int
    periods: tuple[str, ...]


def kept(rows: Iterable[Progress], courses: Mapping[str, Sequence[Progress]]) -> Kept:
    """The figures of a unit that nothing of this quarter's report is in; `courses` are its own by target, oldest first,
    until the quarter of `rows`."""
    found = [row for row in rows if row.value_pct is not None and row.is_unreported]
    known = {_last_reported(courses.get(row.target_code, ())) for row in found}
    return Kept(len(found), tuple(sorted(filter(None, known))))


def _last_reported(course: Sequence[Progress]) -> str | None:
    own = (row.period_code for row in reversed(course) if row.value_pct is not None and not row.is_unreported)
    return next(own, None)


@dataclass(frozen=True, slots=True)
class CityRange:
    """Where the districts of the city lie on one target: points, None where nobody has a value."""

    low: float | None
    quarter: float | None
    three_quarters: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class ProfileLine:
    """One target of a unit's profile; `peers` are chosen other units, None where one has no row."""

    target: Target
    row: Progress
    city: Progress | None
    spread: CityRange | None
    peers: tuple[Progress | None, ...] = ()


def overview(course: Iterable[Standing], rows: Sequence[Standing]) -> Overview:
    """Count what a leader needs first: how much is late, and how many units do well.

    `course` are the city's figures up to the quarter, of which the last two quarters count; `rows` those of the units
    that report to the city.
    """
    by_period = group_by(course, lambda row: row.period_code)
    *_, before, now = [(), (), *(by_period[code] for code in sorted(by_period))]
    units = [_counts(members) for members in group_by(rows, lambda row: row.unit_code).values()]
    judged = [counts for counts in units if counts.judged]
    return Overview(
        city=lateness(now),
        city_before=lateness(before) if _are_alike(now, before) else None,
        city_good_count=_counts(now).good,
        judged_unit_count=len(judged),
        unjudged_unit_count=len(units) - len(judged),
        good_unit_count=sum(_is_mostly_good(counts) for counts in judged),
        is_first=all(row.prev_quarter_status is None for row in rows),
    )


def _are_alike(now: Iterable[Standing], before: Iterable[Standing]) -> bool:
    """Whether the very same targets were judged in both quarters, and none of them in another way."""
    judged = [row for row in now if row.status in JUDGED]
    known = {row.target_code for row in before if row.status in JUDGED}
    is_same = {row.target_code for row in judged} == known
    return bool(known) and is_same and all(row.change_difference is None for row in judged)


class _Counts(NamedTuple):
    judged: int
    good: int


def _counts(rows: Iterable[Standing]) -> _Counts:
    statuses = [row.status for row in rows if row.status in JUDGED]
    return _Counts(len(statuses), sum(status in GOOD for status in statuses))


def _is_mostly_good(counts: _Counts) -> bool:
    """Met or on track for at least half of the targets that can be judged."""
    return counts.judged > 0 and counts.good >= HALF * counts.judged


def unit_summary(rows: Iterable[Progress]) -> UnitSummary:
    """Count one unit's targets."""
    rows = list(rows)
    judged = [row for row in rows if row.status in JUDGED]
    return UnitSummary(
        late=lateness(judged),
        good_count=sum(row.status in GOOD for row in judged),
        met_count=sum(row.status == "met" for row in judged),
        unlike_count=sum(map(is_unlike, judged)),
        is_silent=_is_silent(rows),
    )


def unit_moves(rows: Iterable[Progress], targets: Mapping[str, Target]) -> UnitMoves:
    """Sort out which of a unit's figures moved."""
    moved = group_by(worst_first(rows, targets), move)
    aside = (*moved.get("unclear", ()), *moved.get("aside", ()))
    return UnitMoves(tuple(moved.get("down", ())), tuple(moved.get("up", ())), aside)


def _is_silent(rows: Sequence[Progress]) -> bool:
    """Whether every figure there is was kept from earlier quarters, or is missing because nothing came although it was
    due."""
    from_this_quarter = (row for row in rows if row.status in REPORTED and not row.is_unreported)
    is_due = any(row.is_unreported and row.status != "not_due" for row in rows)
    return is_due and not any(from_this_quarter)


def move(row: Standing) -> Move | None:
    """What became of a figure's status since last quarter; None where it stayed or must not be compared.

    The mart says what moved clearly. Of a unit that was silent nothing else is said: only time went on.
    """
    if row.clear_move or row.is_unreported:
        return row.clear_move
    before = row.prev_quarter_status
    if before not in JUDGED or row.status not in JUDGED or before == row.status:
        return None
    return "aside" if (before in LATE) == (row.status in LATE) else "unclear"


def is_unlike(row: Standing) -> bool:
    """Whether a figure has a status that must not be compared with last quarter's."""
    return row.status in JUDGED and row.change_difference not in (None, RESTART)


def moves(rows: Iterable[Standing]) -> Moves:
    """Count what moved between late and not late since last quarter."""
    by_move = {kind: Counter[str]() for kind in ("up", "down", "unclear", "aside")}
    unlike_count = 0
    for row in rows:
        unlike_count += is_unlike(row)
        if kind := move(row):
            by_move[kind][row.target_code] += 1
    better, worse = by_move["up"], by_move["down"]
    return Moves(
        better_count=better.total(),
        worse_count=worse.total(),
        most_better=_most(better),
        most_worse=_most(worse),
        unlike_count=unlike_count,
        unclear_count=by_move["unclear"].total(),
    )


def _most(counts: Counter[str]) -> tuple[CodeCount, ...]:
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return tuple(CodeCount(code, count) for code, count in ranked[:NAMED])


def profile(
    own: Iterable[Progress], city: Iterable[Progress], districts: Iterable[Progress], targets: Mapping[str, Target]
) -> list[ProfileLine]:
    """One line a target, in the plan's order: the unit beside the city and the range of all districts."""
    mine = {row.target_code: row for row in own}
    whole = {row.target_code: row for row in city}
    spread = ranges(districts)
    return [
        ProfileLine(target, mine[code], _held_against(mine[code], whole.get(code)), spread.get(code))
        for code, target in targets.items()
        if code in mine
    ]


def _held_against(own: Progress, city: Progress | None) -> Progress | None:
    """The city's figure; None while one of the two is not judged: values so far are not compared."""
    return None if own.is_so_far or (city is not None and city.is_so_far) else city


def ranges(districts: Iterable[Progress]) -> dict[str, CityRange]:
    """Where the districts lie on each target: lowest, quartiles, highest; None where fewer than two have a value
    that is judged."""
    values: dict[str, list[float]] = {}
    for row in districts:
        if row.value_pct is not None and row.is_judged:
            values.setdefault(row.target_code, []).append(row.value_pct)
    return {code: _range(known) for code, known in values.items()}


def _range(values: list[float]) -> CityRange:
    if len(values) < 2:
        return CityRange(None, None, None, None)
    quarter, _, three_quarters = quantiles(values, n=4, method="inclusive")
    return CityRange(min(values), quarter, three_quarters, max(values))
