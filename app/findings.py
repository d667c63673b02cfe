"""What matters, found in the figures by fixed rules; the text catalogues say it in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import quantiles

from app.charts.tracks import CityRange, ProfileLine
from app.facts import Progress, Target
from app.formatting import JUDGED

GOOD = ("met", "on_track")
SILENT = ("not_reported", "rejected")
ORDER = {status: place for place, status in enumerate(JUDGED)}
HALF = 0.5
NAMED = 3


@dataclass(frozen=True, slots=True)
class Call:
    """A district to call first: it is silent, or so many of its targets are far behind."""

    unit_code: str
    is_silent: bool
    far_behind_count: int


@dataclass(frozen=True, slots=True)
class Overview:
    """The state of the plan in counts. Cells are (district, target) pairs with a status."""

    district_count: int
    good_district_count: int
    city_judged_count: int
    city_good_count: int
    city_met_count: int
    worse_count: int
    better_count: int
    worst_targets: tuple[tuple[str, int], ...]
    calls: tuple[Call, ...]
    further_call_count: int


@dataclass(frozen=True, slots=True)
class Unit:
    """One unit's state in counts, and what moved to another status since last quarter."""

    judged_count: int
    good_count: int
    met_count: int
    far_behind_count: int
    is_silent: bool
    worse: tuple[Progress, ...]
    better: tuple[Progress, ...]


def overview(city: Sequence[Progress], districts: Sequence[Progress]) -> Overview:
    """What a leader needs first: how many districts do well, what got worse, whom to call."""
    units = {code: unit([row for row in districts if row.unit_code == code]) for code in _codes(districts)}
    worse = [row for row in districts if step(row) < 0]
    whole = unit(city)
    calls = _calls(units)
    return Overview(
        district_count=len(units),
        good_district_count=sum(1 for found in units.values() if is_mostly_good(found)),
        city_judged_count=whole.judged_count,
        city_good_count=whole.good_count,
        city_met_count=whole.met_count,
        worse_count=len(worse),
        better_count=sum(1 for row in districts if step(row) > 0),
        worst_targets=tuple(Counter(row.target_code for row in worse).most_common(NAMED - 1)),
        calls=tuple(calls[:NAMED]),
        further_call_count=max(0, len(calls) - NAMED),
    )


def unit(rows: Iterable[Progress]) -> Unit:
    """The counts of one unit's targets."""
    rows = list(rows)
    judged = [row for row in rows if row.status in JUDGED]
    return Unit(
        judged_count=len(judged),
        good_count=sum(row.status in GOOD for row in judged),
        met_count=sum(row.status == "met" for row in judged),
        far_behind_count=sum(row.status == "far_behind" for row in judged),
        is_silent=not any(row.value_pct is not None for row in rows) and any(row.status in SILENT for row in rows),
        worse=tuple(sorted((row for row in rows if step(row) < 0), key=step)),
        better=tuple(sorted((row for row in rows if step(row) > 0), key=step, reverse=True)),
    )


def is_mostly_good(found: Unit) -> bool:
    """Met or on track for at least half of the targets that can be judged."""
    return found.judged_count > 0 and found.good_count >= HALF * found.judged_count


def step(row: Progress) -> int:
    """By how many statuses a figure moved since last quarter; + is better, 0 where the two cannot be compared.

    A coverage counted over the year starts again in January: its change is None there, and no step is claimed.
    """
    if row.status not in ORDER or row.prev_quarter_status not in ORDER or row.change_prev_quarter_pct is None:
        return 0
    return ORDER[row.prev_quarter_status] - ORDER[row.status]


def profile(
    own: Iterable[Progress], city: Iterable[Progress], districts: Iterable[Progress], targets: Mapping[str, Target]
) -> list[ProfileLine]:
    """One line a target, in the plan's order: the unit beside the city and the range of all districts."""
    mine, whole, spread = (
        {row.target_code: row for row in own},
        {row.target_code: row for row in city},
        ranges(districts),
    )
    return [
        ProfileLine(target, mine[code], whole.get(code), spread.get(code))
        for code, target in targets.items()
        if code in mine
    ]


def ranges(districts: Iterable[Progress]) -> dict[str, CityRange]:
    """Where the districts lie on each target: lowest, quartiles, highest; None where fewer than two have a value."""
    values: dict[str, list[float]] = {}
    for row in districts:
        if row.value_pct is not None:
            values.setdefault(row.target_code, []).append(row.value_pct)
    return {code: _range(found) for code, found in values.items()}


def _range(values: list[float]) -> CityRange:
    if len(values) < 2:
        return CityRange(None, None, None, None)
    quarter, _, three_quarters = quantiles(values, n=4, method="inclusive")
    return CityRange(min(values), quarter, three_quarters, max(values))


def _calls(units: dict[str, Unit]) -> list[Call]:
    calls = [Call(code, found.is_silent, found.far_behind_count) for code, found in units.items()]
    needed = [call for call in calls if call.is_silent or call.far_behind_count > 0]
    return sorted(needed, key=lambda call: (not call.is_silent, -call.far_behind_count, call.unit_code))


def _codes(rows: Iterable[Progress]) -> list[str]:
    return list(dict.fromkeys(row.unit_code for row in rows))
