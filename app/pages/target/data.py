"""What the target page asks: the city's and the districts' courses on one target, what is marked, series breaks, the
limits of chance, and what the figure is made of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.core.grouping import group_by
from app.core.page_context import Context, UnknownCodeError
from app.figures.funnel.spec import FunnelPoint, funnel_points
from app.queries import plan, progress
from app.queries import target as target_queries
from app.records import Progress, Target, Unit
from app.records.target import BreakdownPart, SeriesBreak, TargetTerm


@dataclass(frozen=True, slots=True)
class TargetFacts:
    """One target in a quarter. Courses are oldest first; `units` are the districts of the quarter that have one.

    `city_row` and `rows_by_unit` are the figures of the quarter, `marked` is the district that the address marks,
    `breakdown` splits what is counted there, else in the city, `terms` say from which cells of which forms, `ahead` are
    the periods still to come this year.
    """

    target: Target
    city: Unit
    city_course: Sequence[Progress]
    city_row: Progress | None
    courses: Mapping[str, Sequence[Progress]]
    units: Mapping[str, Unit]
    rows_by_unit: Mapping[str, Progress]
    marked: Unit | None
    breaks: Sequence[SeriesBreak]
    funnel: Sequence[FunnelPoint]
    breakdown: Sequence[BreakdownPart]
    terms: Sequence[TargetTerm]
    ahead: Sequence[str]

    @property
    def rows(self) -> list[Progress]:
        """The districts' figures of the quarter."""
        return list(self.rows_by_unit.values())

    @property
    def applicable_rows(self) -> list[Progress]:
        """Those of the districts to which the target applies."""
        return [row for row in self.rows if row.status != "not_applicable"]

    @property
    def city_rows(self) -> list[Progress]:
        """The city's figure of the quarter, as a list."""
        return [self.city_row] if self.city_row else []

    @property
    def periods(self) -> list[str]:
        """Every quarter of the city's course."""
        return [row.period_code for row in self.city_course]

    @property
    def focus(self) -> Unit:
        """What is looked at closely: the marked district, else the city."""
        return self.marked or self.city

    @property
    def focus_row(self) -> Progress | None:
        """The figure of what is looked at closely."""
        return self.rows_by_unit.get(self.marked.unit_code) if self.marked else self.city_row

    @property
    def marked_course(self) -> Sequence[Progress]:
        """The course of the marked district; empty while none is marked."""
        return self.courses[self.marked.unit_code] if self.marked else ()


def target_facts(context: Context) -> TargetFacts:
    """The facts of the target in the address, or of the first. Raises `UnknownCodeError`."""
    state, reader = context.state, context.reader
    target = context.target or next(iter(context.targets.values()))
    code = target.target_code
    in_address = context.district(state.unit)
    if state.unit and context.districts and in_address is None:
        raise UnknownCodeError("unit", state.unit)
    city_course = progress.target_trend(reader, code, "city", state.window, state.period)
    city_row = next((row for row in city_course if row.period_code == state.period), None)
    district_rows = progress.target_trend(reader, code, "district", state.window, state.period)
    courses = group_by(district_rows, lambda row: row.unit_code)
    units = {unit.unit_code: unit for unit in context.districts if unit.unit_code in courses}
    rows_by_unit = {unit: courses[unit][-1] for unit in units}
    limits = target_queries.funnel_limits(reader, list(rows_by_unit.values()), city_row) if city_row else []
    focus = in_address.unit_code if in_address else context.city.unit_code
    return TargetFacts(
        target=target,
        city=context.city,
        city_course=city_course,
        city_row=city_row,
        courses=courses,
        units=units,
        rows_by_unit=rows_by_unit,
        marked=in_address if in_address and in_address.unit_code in rows_by_unit else None,
        breaks=target_queries.series_breaks(reader, code, state.period),
        funnel=funnel_points(limits, rows_by_unit, units),
        breakdown=target_queries.breakdown(reader, code, focus, state.period, state.window),
        terms=target_queries.terms(reader, code),
        ahead=_still_to_come(context),
    )


def _still_to_come(context: Context) -> list[str]:
    """The later periods of the year shown."""
    shown = context.period
    return [
        period.period_code
        for period in plan.periods(context.reader)
        if period.year == shown.year and period.quarter > shown.quarter
    ]
