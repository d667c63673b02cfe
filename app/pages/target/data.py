"""What the target page knows before it draws anything."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.core.page_context import CITY, Context, UnknownCodeError
from app.figures.funnel.spec import FunnelPoint, funnel_points
from app.queries import plan, progress
from app.queries import target as asked
from app.records import Progress, Target, Unit
from app.records.target import BreakdownPart, SeriesBreak


@dataclass(frozen=True, slots=True)
class TargetFacts:
    """One target in a quarter: the city's course, the districts' courses, `current` rows by district, what is marked.

    `units` are the districts of the quarter; `parts` break down what is counted at the marked place, else the city.
    """

    target: Target
    city: Unit
    city_rows: Sequence[Progress]
    courses: Mapping[str, Sequence[Progress]]
    units: Mapping[str, Unit]
    current: Mapping[str, Progress]
    now: Progress | None
    marked: Unit | None
    breaks: Sequence[SeriesBreak]
    points: Sequence[FunnelPoint]
    parts: Sequence[BreakdownPart]

    @property
    def rows(self) -> list[Progress]:
        """The districts' figures of the quarter."""
        return list(self.current.values())

    @property
    def counted_rows(self) -> list[Progress]:
        """Those of the districts to which the target applies."""
        return [row for row in self.current.values() if row.status != "not_applicable"]

    @property
    def place(self) -> Unit:
        """What is looked at closely: the marked district, else the city."""
        return self.marked or self.city

    @property
    def place_row(self) -> Progress | None:
        """The figure of what is looked at closely."""
        return self.current.get(self.marked.unit_code) if self.marked else self.now


def gather(context: Context) -> TargetFacts:
    """The facts of the target in the address, or of the first. Raises `UnknownCodeError`."""
    state, reader = context.state, context.reader
    code = state.target or next(iter(context.targets))
    if code not in context.targets:
        raise UnknownCodeError("target", code)
    marked = context.district(state.unit)
    if state.unit and context.districts and marked is None:
        raise UnknownCodeError("unit", state.unit)
    city_rows = progress.target_trend(reader, code, "city", state.window, state.period)
    courses: dict[str, list[Progress]] = {}
    for row in progress.target_trend(reader, code, "district", state.window, state.period):
        courses.setdefault(row.unit_code, []).append(row)
    units = {unit.unit_code: unit for unit in context.districts if unit.unit_code in courses}
    current = {unit: courses[unit][-1] for unit in units}
    now = next((row for row in city_rows if row.period_code == state.period), None)
    limits = asked.funnel_limits(reader, list(current.values()), now) if now else []
    return TargetFacts(
        target=context.targets[code],
        city=plan.unit_history(reader, CITY)[0],
        city_rows=city_rows,
        courses=courses,
        units=units,
        current=current,
        now=now,
        marked=marked if marked and marked.unit_code in current else None,
        breaks=asked.series_breaks(reader, code, state.period),
        points=funnel_points(limits, current, units),
        parts=asked.breakdown(reader, code, marked.unit_code if marked else CITY, state.period, state.window),
    )
