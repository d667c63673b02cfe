"""What the district page knows before it draws: the district's figures beside the city's, all districts' and peers'."""

from __future__ import annotations

from dataclasses import dataclass, replace

from app.analysis import comparison, progress_summary
from app.analysis.progress_summary import ProfileLine
from app.core.page_context import CITY, Context, UnknownCodeError
from app.figures.small_multiples.spec import courses_by_target
from app.queries import plan, progress
from app.records import Progress, Unit


@dataclass(frozen=True, slots=True)
class DistrictFacts:
    """One district's figures; `courses` are rows by target, oldest first, until the chosen quarter."""

    unit: Unit
    city: Unit
    peers: tuple[Unit, ...]
    rows: tuple[Progress, ...]
    others: tuple[Progress, ...]
    found: progress_summary.Unit
    lines: tuple[ProfileLine, ...]
    courses: dict[str, list[Progress]]
    city_courses: dict[str, list[Progress]]

    @property
    def names(self) -> dict[str, Unit]:
        """The district, its peers and the city by code."""
        return {unit.unit_code: unit for unit in (self.unit, *self.peers, self.city)}


def district_facts(context: Context, unit: Unit) -> DistrictFacts:
    """The figures of a district of the chosen quarter. Raises `UnknownCodeError` for peers that are not there."""
    state, reader = context.state, context.reader
    peers = _peers(context, unit)
    everyone = progress.level_progress(reader, "district", state.period, state.window)
    city = progress.level_progress(reader, "city", state.period, state.window)
    by_unit = comparison.by_unit(everyone, [unit.unit_code, *(peer.unit_code for peer in peers)])
    own = by_unit.pop(unit.unit_code)
    beside = [comparison.by_target(rows) for rows in by_unit.values()]
    lines = [
        replace(line, peers=tuple(rows.get(line.target.target_code) for rows in beside))
        for line in progress_summary.profile(own, city, everyone, context.targets)
    ]
    return DistrictFacts(
        unit=unit,
        city=plan.unit_history(reader, CITY)[0],
        peers=tuple(peers),
        rows=tuple(own),
        others=(*(row for rows in by_unit.values() for row in rows), *city),
        found=progress_summary.unit(own),
        lines=tuple(lines),
        courses=courses_by_target(progress.unit_trend(reader, unit.unit_code, state.window, state.period)),
        city_courses=courses_by_target(progress.unit_trend(reader, CITY, state.window, state.period)),
    )


def _peers(context: Context, unit: Unit) -> list[Unit]:
    codes = [code for code in (context.state.get("peers") or "").split(",") if code]
    found = []
    for code in dict.fromkeys(codes):
        peer = context.district(code)
        if peer is None:
            raise UnknownCodeError("unit", code)
        if peer is not unit:
            found.append(peer)
    return found[: comparison.MOST_PEERS]
