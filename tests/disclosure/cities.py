"""Random cities with few small counts: the true figures of one target of people in one year, version after version."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import sqrt
from random import Random

from app.core import access
from app.core.access import Right, Viewer
from app.core.grouping import group_by
from app.core.small_counts import Disclosed, SensitiveCount, disclosed_targets, is_final
from app.records import Progress
from tests.app.facts import absent, progress
from tests.disclosure.attack import Z

YEAR, TARGET, CITY = "2022", "T16", "79"
THRESHOLD_PCT, MARGIN_PCT = 100.0, 15.0
UNCLEARED = Viewer("uncleared", frozenset({Right.READ}))


@dataclass(frozen=True, slots=True)
class Report:
    """What a reporter tells of a quarter: people reached, the rest of those who wanted support, and which version it
    is."""

    reached: int
    rest: int
    version: int = 1


# Unit, reporter and period; None for a report that has not come.
Reports = Mapping[tuple[str, str, str], Report | None]


@dataclass(frozen=True, slots=True)
class City:
    """The smallest units shown and what they lie under, and their reports in every version."""

    parents: Mapping[str, str]
    versions: tuple[Reports, ...]

    def rows(self, version: int) -> list[Progress]:
        """Every true figure of a version, with all that a mart's row tells of it."""
        return figures(self.parents, self.versions[version])


def random_city(seed: int, versions: int = 1) -> City:
    """A city of three to fourteen units in two or three regions, or in none, each of one to three reporters. Most
    counts are large, a few are small; every version adds a report, or corrects one."""
    dice = Random(seed)  # noqa: S311 - the same city for the same seed
    units = [f"u{number}" for number in range(dice.choice((3, 4, 4, 5, 6, 6, 8, 14)))]
    regions = [f"R{number}" for number in range(dice.choice((0, 0, 2, 3)))]
    parents = {unit: regions[place % len(regions)] if regions else CITY for place, unit in enumerate(units)}
    parents |= dict.fromkeys(regions, CITY)
    small = dice.choice((0.05, 0.1, 0.2, 0.5))
    reporters = [(unit, f"{unit}.{number}") for unit in units for number in range(dice.choice((1, 1, 2, 3)))]
    periods = [f"{YEAR}Q{quarter}" for quarter in range(1, dice.randint(2, 3) + 1)]
    reports = {(*who, period): _report(dice, small) for who in reporters for period in periods}
    held: list[Reports] = [{key: None if dice.random() < 0.1 else report for key, report in reports.items()}]
    while len(held) < versions:
        key = dice.choice(list(reports))
        before = held[-1][key]
        held.append({**held[-1], key: replace(_report(dice, small), version=before.version + 1 if before else 1)})
    return City(parents, tuple(held))


def _report(dice: Random, small: float) -> Report:
    counts = [dice.randint(1, 4) if dice.random() < small else dice.randint(5, 40) for _ in range(2)]
    return Report(*(0 if dice.random() < 0.1 else count for count in counts))


def figures(parents: Mapping[str, str], reports: Reports) -> list[Progress]:
    """Every figure of every unit, quarter and window of some reports, as the mart has them."""
    periods = sorted({period for _, _, period in reports})
    rows = []
    for unit in (*parents, CITY):
        leaves = _leaves(unit, parents)
        for at, period in enumerate(periods):
            for window, known in (("quarter", periods[at : at + 1]), ("ytd", periods[: at + 1])):
                expected = {key: report for key, report in reports.items() if key[0] in leaves and key[2] in known}
                rows.append(_figure(unit, parents.get(unit), period, window, expected))
    return _ranked(_compared(rows, periods))


def _leaves(unit: str, parents: Mapping[str, str]) -> list[str]:
    below = [one for one, parent in parents.items() if parent == unit]
    return [leaf for one in below for leaf in _leaves(one, parents)] if below else [unit]


def _figure(unit: str, parent: str | None, period: str, window: str, expected: Reports) -> Progress:
    known = [report for report in expected.values() if report]
    names = [f"{who} {when} v{report.version}" for (_, who, when), report in expected.items() if report]
    about = {
        "target_code": TARGET,
        "unit_code": unit,
        "unit_level": "district" if parent else "city",
        "parent_code": parent,
        "period_code": period,
        "period_window": window,
        "kind": "rate",
        "path_pct": None,
        "path_gap_pct": None,
        "gap_pct": None,
        "is_provisional": len(known) < len(expected),
        "provisional_reason": "not_reported" if len(known) < len(expected) else None,
        "source_versions": "; ".join(names) or None,
        "rank": None,
    }
    if not known:
        return absent("not_reported", **about)
    reached, whole = sum(one.reached for one in known), sum(one.reached + one.rest for one in known)
    if not whole:
        return absent("no_cases", **about | {"numerator": 0.0, "denominator": 0.0})
    low, high = wilson(reached, whole)
    value = 100.0 * reached / whole
    return progress(
        **about,
        numerator=float(reached),
        denominator=float(whole),
        value_pct=value,
        status=status_of(value),
        ci_low_pct=low,
        ci_high_pct=high,
    )


def status_of(value_pct: float) -> str:
    """The status of a rate in these cities."""
    if value_pct >= THRESHOLD_PCT:
        return "met"
    return "behind" if value_pct >= THRESHOLD_PCT - MARGIN_PCT else "far_behind"


def wilson(reached: float, whole: float) -> tuple[float, float]:
    """Both ends of the Wilson interval, in points."""
    share, k = reached / whole, Z**2 / whole
    half = sqrt(k * share * (1 - share) + k * k / 4)
    return 100 * (share + k / 2 - half) / (1 + k), 100 * (share + k / 2 + half) / (1 + k)


def _compared(rows: Sequence[Progress], periods: Sequence[str]) -> list[Progress]:
    """The rows with their change since the quarter before."""
    by_place = {(row.unit_code, row.period_code, row.period_window): row for row in rows}
    compared = []
    for row in rows:
        at = periods.index(row.period_code)
        before = by_place[row.unit_code, periods[at - 1], row.period_window] if at else None
        values = (row.value_pct, before.value_pct if before else None)
        change = None if None in values else values[0] - values[1]  # type: ignore[operator]
        status = before.status if before else None
        compared.append(replace(row, prev_quarter_status=status, change_prev_quarter_pct=change))
    return compared


def _ranked(rows: Sequence[Progress]) -> list[Progress]:
    """The rows with their rank among siblings."""
    siblings = group_by(rows, lambda row: (row.parent_code, row.period_code, row.period_window))
    ranked = []
    for group in siblings.values():
        values = sorted((row.value_pct for row in group if row.value_pct is not None), reverse=True)
        ranked += [
            row if row.value_pct is None else replace(row, rank=values.index(row.value_pct) + 1) for row in group
        ]
    return ranked


def told_of(rows: Sequence[Progress]) -> Disclosed:
    """What the app tells of some true figures, as it finds it in a published version."""
    counts = [
        SensitiveCount(
            (row.target_code,),
            row.unit_code,
            row.parent_code,
            row.period_code,
            row.period_window,
            (row.numerator, row.denominator - row.numerator),
            is_final(row.provisional_reason, row.source_versions),
        )
        for row in rows
        if row.numerator is not None and row.denominator is not None
    ]
    margins = {(row.target_code, row.period_code): MARGIN_PCT for row in rows}
    return disclosed_targets(frozenset({TARGET}), counts, {}, margins)


def protected(rows: Sequence[Progress]) -> list[Progress]:
    """The figures as the app gives them to a viewer without clearance."""
    return access.protect(UNCLEARED, list(rows), told_of(rows))
