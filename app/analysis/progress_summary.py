"""What matters, found in the figures by fixed rules; the text catalogues say it in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import quantiles
from typing import NamedTuple

from app.analysis.gap import gap
from app.core.grouping import group_by
from app.core.status import GOOD, JUDGED, LATE, REPORTED
from app.records import Progress, Standing, Target

FAR_BEHIND = "far_behind"
ORDER = {status: index for index, status in enumerate(JUDGED)}
HALF = 0.5
NAMED = 2


class CodeCount(NamedTuple):
    """A target or work content by its code, and how many units it is about."""

    code: str
    unit_count: int


@dataclass(frozen=True, slots=True)
class Moves:
    """Cells that moved to another status, and the targets (code, districts) where most did; cells with a status whose
    two ends must not be compared are counted apart, and so are those whose change may be chance."""

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

    A unit can be judged when at least one of its targets can; the others have no figure and are counted apart.
    `is_first` where none of the units was there a quarter before: nothing can be said to have moved, or not.
    """

    judged_unit_count: int
    unjudged_unit_count: int
    good_unit_count: int
    city_judged_count: int
    city_good_count: int
    moves: Moves
    is_first: bool

    @property
    def worse_count(self) -> int:
        """Cells that fell to a lower status since last quarter."""
        return self.moves.worse_count

    @property
    def better_count(self) -> int:
        """Cells that rose to a higher status since last quarter."""
        return self.moves.better_count

    @property
    def worst_targets(self) -> tuple[CodeCount, ...]:
        """The targets where most districts fell, and how many did."""
        return self.moves.most_worse


@dataclass(frozen=True, slots=True)
class UnitSummary:
    """One unit's state in counts, and what moved to another status since last quarter."""

    judged_count: int
    good_count: int
    met_count: int
    far_behind_count: int
    behind_count: int
    unlike_count: int
    is_silent: bool
    worse: tuple[Progress, ...]
    better: tuple[Progress, ...]


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


def overview(city: Iterable[Standing], rows: Sequence[Standing]) -> Overview:
    """What a leader needs first: how many units do well, what got worse; `rows` are those of the units
    that report to the city."""
    units = [_counts(members) for members in group_by(rows, lambda row: row.unit_code).values()]
    judged = [counts for counts in units if counts.judged]
    whole = _counts(city)
    return Overview(
        judged_unit_count=len(judged),
        unjudged_unit_count=len(units) - len(judged),
        good_unit_count=sum(_is_mostly_good(counts) for counts in judged),
        city_judged_count=whole.judged,
        city_good_count=whole.good,
        moves=moves(rows),
        is_first=all(row.prev_quarter_status is None for row in rows),
    )


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
    """The counts of one unit's targets."""
    rows = list(rows)
    judged = [row for row in rows if row.status in JUDGED]
    return UnitSummary(
        judged_count=len(judged),
        good_count=sum(row.status in GOOD for row in judged),
        met_count=sum(row.status == "met" for row in judged),
        far_behind_count=sum(row.status == FAR_BEHIND for row in judged),
        behind_count=sum(row.status == "behind" for row in judged),
        unlike_count=sum(row.is_unlike_last_quarter for row in judged),
        is_silent=_is_silent(rows),
        worse=tuple(sorted((row for row in rows if step(row) < 0), key=step)),
        better=tuple(sorted((row for row in rows if step(row) > 0), key=step, reverse=True)),
    )


def _is_silent(rows: Sequence[Progress]) -> bool:
    """Whether every figure there is was kept from earlier quarters, or is missing because nothing came although it was
    due."""
    from_this_quarter = (row for row in rows if row.status in REPORTED and not row.is_unreported)
    is_due = any(row.is_unreported and row.status != "not_due" for row in rows)
    return is_due and not any(from_this_quarter)


def late(rows: Iterable[Progress], targets: Mapping[str, Target]) -> list[Progress]:
    """The figures behind, those far behind first, then those furthest from what they were judged on."""

    def urgency(row: Progress) -> tuple[int, float]:
        away = gap(row, targets[row.target_code])
        return -ORDER[row.status], away.points if away else 0.0

    return sorted((row for row in rows if row.status in LATE), key=urgency)


def far_behind(rows: Iterable[Progress], targets: Mapping[str, Target]) -> list[Progress]:
    """The figures far behind, those furthest from what they were judged on first."""
    return [row for row in late(rows, targets) if row.status == FAR_BEHIND]


def step(row: Standing) -> int:
    """By how many statuses a figure moved since last quarter; + is better, 0 where the two cannot be compared.

    A coverage counted over the year starts again in January: its change is None there, and no step is claimed. Nor is
    one of a unit that was silent: only time went on. A change that may be chance is none.
    """
    return 0 if row.is_within_variation else _status_step(row)


def _status_step(row: Standing) -> int:
    if row.status not in ORDER or row.prev_quarter_status not in ORDER:
        return 0
    if row.change_prev_quarter_pct is None or row.is_unreported:
        return 0
    return ORDER[row.prev_quarter_status] - ORDER[row.status]


def is_unlike(row: Standing) -> bool:
    """Whether a figure with a status must not be compared with last quarter's."""
    return row.is_unlike_last_quarter and row.status in ORDER


def is_unclear(row: Standing) -> bool:
    """Whether a figure moved to another status since last quarter by a change that may be chance."""
    return row.is_within_variation and _status_step(row) != 0


def moves(rows: Iterable[Standing]) -> Moves:
    """What moved to another status since last quarter; not what must not be compared, nor what may have by chance."""
    better = Counter[str]()
    worse = Counter[str]()
    unlike = unclear = 0
    for row in rows:
        if row.is_unlike_last_quarter:
            unlike += is_unlike(row)
        elif change := _status_step(row):
            if row.is_within_variation:
                unclear += 1
            else:
                (better if change > 0 else worse)[row.target_code] += 1
    return Moves(better.total(), worse.total(), _most(better), _most(worse), unlike, unclear)


def _most(counts: Counter[str]) -> tuple[CodeCount, ...]:
    return tuple(CodeCount(code, count) for code, count in counts.most_common(NAMED))


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
