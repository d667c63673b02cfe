"""Data of the district page: figures of the district, the city, all districts and peers; its wards; its reports and
work contents."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from app.analysis import comparison, progress_summary
from app.analysis.progress_summary import ProfileLine
from app.core.grouping import group_by
from app.core.page_context import Context, UnknownCodeError
from app.pages.shared.figure import target_looked_at
from app.queries import plan, progress
from app.records import Progress, Target, Unit


@dataclass(frozen=True, slots=True)
class DistrictFacts:
    """One district's figures of the quarter (`rows`), and those to compare them with: `other_rows` are its peers' and
    the city's. Series are rows by target, oldest first, until the chosen quarter."""

    unit: Unit
    city: Unit
    peers: Sequence[Unit]
    rows: Sequence[Progress]
    other_rows: Sequence[Progress]
    summary: progress_summary.UnitSummary
    lines: Sequence[ProfileLine]
    courses: Mapping[str, Sequence[Progress]]
    city_courses: Mapping[str, Sequence[Progress]]

    @property
    def all_rows(self) -> list[Progress]:
        """Return the district's figures, then those to compare them with."""
        return [*self.rows, *self.other_rows]


@dataclass(frozen=True, slots=True)
class WardFigures:
    """The wards of a district, their figures, the targets that these are about, and the one of them that is looked
    at."""

    units: Sequence[Unit]
    rows: Sequence[Progress]
    targets: Sequence[Target]
    shown: Target | None

    @property
    def shown_rows(self) -> list[Progress]:
        """Return their figures on the target that is looked at."""
        return [row for row in self.rows if self.shown and row.target_code == self.shown.target_code]

    @property
    def has_map(self) -> bool:
        """Return whether they have places on a tile map, as the communes of an area do."""
        return bool(self.shown_rows) and all(unit.tile_row is not None for unit in self.units)


def chosen_district(context: Context) -> Unit:
    """Return the district in the address, the first one where it names none. Raises `UnknownCodeError`."""
    code = context.state.unit or context.districts[0].unit_code
    unit = context.district(code)
    if unit is None:
        raise UnknownCodeError("unit", code)
    return unit


def district_facts(context: Context, unit: Unit) -> DistrictFacts:
    """Return the figures of a district of the chosen quarter. Raises `UnknownCodeError` for peers that are not
    there."""
    state, reader = context.state, context.reader
    peers = _peers(context, unit)
    everyone = progress.level_progress(reader, unit.unit_level, state.period, state.window)
    city_rows = progress.level_progress(reader, context.city.unit_level, state.period, state.window)
    by_unit = comparison.by_unit(everyone, [unit.unit_code, *(peer.unit_code for peer in peers)])
    own_rows = by_unit.pop(unit.unit_code)
    peers_by_target = [comparison.by_target(rows) for rows in by_unit.values()]
    lines = [
        replace(line, peers=tuple(rows.get(line.target.target_code) for rows in peers_by_target))
        for line in progress_summary.profile(own_rows, city_rows, everyone, context.targets)
    ]
    own_trend = progress.unit_trend(reader, unit.unit_code, state.window, state.period)
    city_trend = progress.city_trend(reader, state.window, state.period)
    return DistrictFacts(
        unit=unit,
        city=context.city,
        peers=peers,
        rows=own_rows,
        other_rows=[*(row for rows in by_unit.values() for row in rows), *city_rows],
        summary=progress_summary.unit_summary(own_rows),
        lines=lines,
        courses=group_by(own_trend, lambda row: row.target_code),
        city_courses=group_by(city_trend, lambda row: row.target_code),
    )


def ward_figures(context: Context, unit: Unit) -> WardFigures:
    """Return every ward of a district on every target that is counted there."""
    state, reader = context.state, context.reader
    rows = progress.ward_progress(reader, unit.unit_code, state.period, state.window)
    counted = {row.target_code for row in rows}
    return WardFigures(
        units=plan.wards(reader, unit.unit_code, context.period.end_date),
        rows=rows,
        targets=[target for code, target in context.targets.items() if code in counted],
        shown=target_looked_at(context, rows),
    )


def _peers(context: Context, unit: Unit) -> list[Unit]:
    codes = [code for code in (context.state.get("peers") or "").split(",") if code]
    peers = []
    for code in dict.fromkeys(codes):
        peer = context.district(code)
        if peer is None:
            raise UnknownCodeError("unit", code)
        if peer is not unit:
            peers.append(peer)
    return peers[: comparison.MOST_PEERS]
