"""Selection of what matters in the figures by fixed rules; the text catalogues contain the sentences."""

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

# Change of a status since last quarter: it clearly crossed the boundary between late and not late, crossed it possibly
# by chance, or changed on the same side.
Move = Literal["up", "down", "unclear", "aside"]
# A sum of the year begins again in January; this is not a break of the series.
RESTART = "quarters"
HALF = 0.5
NAMED = 2


class CodeCount(NamedTuple):
    """Code of a target or work content, and a number of units."""

    code: str
    unit_count: int


@dataclass(frozen=True, slots=True)
class Moves:
    """Numbers of figures that clearly moved between late and not late, and the targets (code, units) where most did.

    Figures whose statuses must not be compared, and those that may have crossed the boundary by chance, are counted
    separately.
    """

    better_count: int
    worse_count: int
    most_better: tuple[CodeCount, ...]
    most_worse: tuple[CodeCount, ...]
    unlike_count: int = 0
    unclear_count: int = 0

    @property
    def is_unlike(self) -> bool:
        """Return whether no movement can be stated because no figures may be compared."""
        return self.unlike_count > 0 and not self.better_count and not self.worse_count


@dataclass(frozen=True, slots=True)
class Overview:
    """State of the plan in counts of figures, which are (unit, target) pairs with a status.

    `city` counts the city's targets, `city_before` those of the quarter before, None where the two must not be
    compared. A unit can be judged when at least one of its targets can; units without figures are counted separately.
    `is_first` where none of the units existed a quarter before, so that no movement can be stated. `followed_count`
    counts the city's targets without a threshold where no others exist.
    """

    city: Lateness
    city_before: Lateness | None
    city_good_count: int
    judged_unit_count: int
    unjudged_unit_count: int
    good_unit_count: int
    is_first: bool
    followed_count: int = 0


@dataclass(frozen=True, slots=True)
class UnitSummary:
    """State of one unit in counts.

    `unlike` counts figures that must not be compared with last quarter's by what differs, most frequent first.
    """

    late: Lateness
    good_count: int
    met_count: int
    unlike: tuple[tuple[str, int], ...]
    is_silent: bool

    @property
    def judged_count(self) -> int:
        """Return the number of its targets with a status."""
        return self.late.judged


@dataclass(frozen=True, slots=True)
class UnitMoves:
    """Figures of a unit whose status changed since last quarter, worst first.

    `worse` and `better` clearly crossed the boundary between late and not late; `aside` are listed but not counted.
    """

    worse: tuple[Progress, ...]
    better: tuple[Progress, ...]
    aside: tuple[Progress, ...]


@dataclass(frozen=True, slots=True)
class Kept:
    """Number of a unit's figures that are carried over from earlier quarters, and these quarters, oldest first."""

    count: int
    periods: tuple[str, ...]


def kept(rows: Iterable[Progress], series: Mapping[str, Sequence[Progress]]) -> Kept:
    """Return the unit's figures that contain nothing of this quarter's report.

    `series` are its rows by target, oldest first, up to the quarter of `rows`.
    """
    carried = [row for row in rows if row.value_pct is not None and row.is_unreported]
    known = {_last_reported(series.get(row.target_code, ())) for row in carried}
    return Kept(len(carried), tuple(sorted(filter(None, known))))


def _last_reported(rows: Sequence[Progress]) -> str | None:
    own = (row.period_code for row in reversed(rows) if row.value_pct is not None and not row.is_unreported)
    return next(own, None)


@dataclass(frozen=True, slots=True)
class CityRange:
    """Distribution of the city's districts on one target, in points, None where no district has a value."""

    low: float | None
    quarter: float | None
    three_quarters: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class ProfileLine:
    """Target of a unit's profile; `peers` are other selected units, None where one has no row."""

    target: Target
    row: Progress
    city: Progress | None
    spread: CityRange | None
    peers: tuple[Progress | None, ...] = ()


def overview(city_rows: Iterable[Standing], rows: Sequence[Standing]) -> Overview:
    """Return the counts for a leader: late targets, and units that do well.

    `city_rows` are the city's figures up to the quarter, of which the last two quarters are used; `rows` those of the
    units that report to the city.
    """
    by_period = group_by(city_rows, lambda row: row.period_code)
    *_, before, now = [(), (), *(by_period[code] for code in sorted(by_period))]
    city = lateness(now)
    # While the city is not judged, a unit does well by its own report, not by what is kept of earlier quarters.
    units = [
        _counts(row for row in members if city.judged or not row.is_unreported)
        for members in group_by(rows, lambda row: row.unit_code).values()
    ]
    judged = [counts for counts in units if counts.judged]
    return Overview(
        city=city,
        city_before=lateness(before) if _are_alike(now, before) else None,
        city_good_count=_counts(now).good,
        judged_unit_count=len(judged),
        unjudged_unit_count=len(units) - len(judged),
        good_unit_count=sum(_is_mostly_good(counts) for counts in judged),
        is_first=all(row.prev_quarter_status is None and row.change_difference is None for row in rows),
        followed_count=len(now) if all(row.status == "monitor" for row in now) else 0,
    )


def _are_alike(now: Iterable[Standing], before: Iterable[Standing]) -> bool:
    """Return whether the same targets were judged in both quarters, all in the same manner."""
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
    """Return whether at least half of the judged targets are met or on track."""
    return counts.judged > 0 and counts.good >= HALF * counts.judged


def unit_summary(rows: Iterable[Progress]) -> UnitSummary:
    """Return the counts of one unit's targets."""
    rows = list(rows)
    judged = [row for row in rows if row.status in JUDGED]
    return UnitSummary(
        late=lateness(judged),
        good_count=sum(row.status in GOOD for row in judged),
        met_count=sum(row.status == "met" for row in judged),
        unlike=tuple(Counter(row.change_difference or "" for row in judged if is_unlike(row)).most_common()),
        is_silent=_is_silent(rows),
    )


def unit_moves(rows: Iterable[Progress], targets: Mapping[str, Target]) -> UnitMoves:
    """Return the figures of a unit whose status changed."""
    moved = group_by(worst_first(rows, targets), move)
    aside = (*moved.get("unclear", ()), *moved.get("aside", ()))
    return UnitMoves(tuple(moved.get("down", ())), tuple(moved.get("up", ())), aside)


def _is_silent(rows: Sequence[Progress]) -> bool:
    """Return whether every figure is carried over from earlier quarters, or missing because a due report is."""
    from_this_quarter = (row for row in rows if row.status in REPORTED and not row.is_unreported)
    is_due = any(row.is_unreported and row.status != "not_due" for row in rows)
    return is_due and not any(from_this_quarter)


def move(row: Standing) -> Move | None:
    """Return the change of a figure's status since last quarter; None where it is unchanged or must not be compared.

    Clear changes are those of the mart. For a silent unit no other change is stated.
    """
    if row.clear_move or row.is_unreported:
        return row.clear_move
    before = row.prev_quarter_status
    if before not in JUDGED or row.status not in JUDGED or before == row.status:
        return None
    return "aside" if (before in LATE) == (row.status in LATE) else "unclear"


def is_unlike(row: Standing) -> bool:
    """Return whether a figure has a status that must not be compared with last quarter's."""
    return row.status in JUDGED and row.change_difference not in (None, RESTART)


def moves(rows: Iterable[Standing]) -> Moves:
    """Return the counts of figures that moved between late and not late since last quarter."""
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
    """Return one line per target, in the plan's order: the unit, the city and the range of all districts."""
    mine = {row.target_code: row for row in own}
    whole = {row.target_code: row for row in city}
    spread = ranges(districts)
    return [
        ProfileLine(target, mine[code], _held_against(mine[code], whole.get(code)), spread.get(code))
        for code, target in targets.items()
        if code in mine
    ]


def _held_against(own: Progress, city: Progress | None) -> Progress | None:
    """Return the city's figure for comparison; None unless both are judged: values so far are not compared."""
    return None if own.is_so_far or (city is not None and city.is_so_far) else city


def ranges(districts: Iterable[Progress]) -> dict[str, CityRange]:
    """Return the distribution of districts on each target: lowest, quartiles, highest.

    None where fewer than two have a judged value.
    """
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
