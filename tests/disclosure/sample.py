"""The sample's figures of people, as they are and as the app's queries give them to a viewer without clearance."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from app.core.access import BUILT_IN_VIEWER, Viewer
from app.core.period_code import year_of
from app.core.reader import Reader
from app.queries import plan
from app.queries.progress import level_progress, target_trend
from app.records import Progress
from tests.disclosure.attack import Attack, Cell, Place, Terms
from tests.disclosure.audit import exposed, small_counts
from tests.disclosure.cities import UNCLEARED, Report
from warehouse.publish.engines import Published

LEVELS = ("city", "region", "district")
# Since then a report is of one commune, and an area's figure rests on several.
FIRST_OF_COMMUNES = "2025Q3"


@dataclass(frozen=True, slots=True)
class Year:
    """One target in one year of one version: its figures as they are, those of communes too, and as they are given."""

    true: list[Progress]
    communes: list[Progress]
    shown: list[Progress]


# By target and year.
Years = Mapping[tuple[str, str], Year]


def years(version: Published) -> Years:
    """Every year of every target of people in a version."""
    reader = Reader(BUILT_IN_VIEWER, version)
    periods = [period for period in plan.periods(reader) if period.reported_count]
    targets = sorted(code for code, one in plan.named_targets(reader).items() if one.is_sensitive)
    communes = [
        row
        for period in periods
        if period.period_code >= FIRST_OF_COMMUNES
        for row in level_progress(reader, "ward", period.period_code, "quarter")
    ]

    def of_year(rows: Iterable[Progress], target: str, year: int) -> list[Progress]:
        return [row for row in rows if (row.target_code, year_of(row.period_code)) == (target, str(year))]

    return {
        (target, str(year)): Year(
            of_year(figures(version, BUILT_IN_VIEWER, target), target, year),
            of_year(communes, target, year),
            of_year(figures(version, UNCLEARED, target), target, year),
        )
        for target in targets
        for year in sorted({period.year for period in periods})
    }


def figures(version: Published, viewer: Viewer, target: str) -> list[Progress]:
    """Every figure of a target above the communes, of every quarter and window, as a viewer gets it."""
    reader = Reader(viewer, version)
    last = plan.periods(reader)[-1].period_code
    asked = ((level, window) for level in LEVELS for window in ("quarter", "ytd"))
    return [row for level, window in asked for row in target_trend(reader, target, level, window, last)]


def single_reports(year: Year, cells: Mapping[Place, tuple[Cell, ...]]) -> dict[Cell, Report]:
    """What the reports hold that an area's figure rests on."""
    reports = {}
    for row in year.communes:
        cell = (row.parent_code or "", row.period_code, row.source_versions or "")
        if row.numerator is not None and row.denominator is not None and cell in cells[cell[0], cell[1], "quarter"]:
            reports[cell] = Report(int(row.numerator), int(row.denominator - row.numerator))
    return reports


def exposed_in_year(
    versions: Iterable[Year], names: Mapping[str, str]
) -> tuple[list[tuple[Terms, int, int, int]], int]:
    """The small counts of a year that its versions expose together, and how many it has; `names` is what continues."""
    attack = Attack(names)
    counts: dict[frozenset[object], tuple[int, Terms]] = {}
    for year in versions:
        cells = attack.see(year.shown)
        found = small_counts(year.true, cells, single_reports(year, cells))
        counts |= {frozenset(one[1].items()): one for one in found}
    return exposed(attack, list(counts.values())), len(counts)
