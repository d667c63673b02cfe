"""Data of the target page: series of the city and the districts, the marked unit, breaks, limits of chance,
breakdown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.core.grouping import group_by
from app.core.i18n import words
from app.core.levels import is_base, unit_page
from app.core.page_context import Context, UnknownCodeError
from app.figures.funnel.spec import FunnelPoint, funnel_points
from app.figures.map.spec import Place
from app.pages.shared.levels import grouped
from app.pages.shared.selected_figure import History, history_of
from app.queries import followup, ground, plan, progress
from app.queries import target as target_queries
from app.records import Progress, Target, Unit
from app.records.target import BreakdownPart, SeriesBreak, TargetTerm
from warehouse.desk import Note

SAME_GROUND = "same"


@dataclass(frozen=True, slots=True)
class TargetFacts:
    """One target in a quarter. Series are oldest first; `units` are those of the reading level that have one.

    `city_row` and `rows_by_unit` are the figures of the quarter. `marked` is the unit that the address marks, or
    that contains the `ward` that it names; `ward_course` and `history` are the ward's. `breakdown` splits what is
    counted in the `focus`, and `notes` are on it; `terms` are the cells of forms that are counted, `ahead` the periods
    still to come this year, `places` where communes are on the map. `same_ground` is the city's series on its former
    territory, empty while that is unchanged, `ground_unit` the region as which that continues; `is_same_ground` is true
    where the address selects it.
    """

    target: Target
    city: Unit
    city_course: Sequence[Progress]
    city_row: Progress | None
    courses: Mapping[str, Sequence[Progress]]
    units: Mapping[str, Unit]
    rows_by_unit: Mapping[str, Progress]
    marked: Unit | None
    ward: Unit | None
    ward_course: Sequence[Progress]
    history: History
    ground_unit: Unit | None
    same_ground: Sequence[Progress]
    is_same_ground: bool
    notes: Sequence[Note]
    breaks: Sequence[SeriesBreak]
    funnel: Sequence[FunnelPoint]
    breakdown: Sequence[BreakdownPart]
    terms: Sequence[TargetTerm]
    ahead: Sequence[str]
    places: Sequence[Place]

    @property
    def rows(self) -> list[Progress]:
        """Return the districts' figures of the quarter."""
        return list(self.rows_by_unit.values())

    @property
    def applicable_rows(self) -> list[Progress]:
        """Return those of the districts to which the target applies."""
        return [row for row in self.rows if row.status != "not_applicable"]

    @property
    def is_ranked(self) -> bool:
        """Return whether districts are ranked: not before the city's own figure is judged."""
        return self.city_row is None or self.city_row.is_judged or self.city_row.status == "not_applicable"

    @property
    def last_known(self) -> Progress | None:
        """Return the city's newest figure of a target whose level ended: no unit of the quarter is counted any more.
        None while one is."""
        if self.applicable_rows or self.city_row is None or self.city_row.status != "not_applicable":
            return None
        return next((row for row in reversed(self.city_course) if row.value_pct is not None), None)

    @property
    def city_rows(self) -> list[Progress]:
        """Return the city's figure of the quarter, as a list."""
        return [self.city_row] if self.city_row else []

    @property
    def periods(self) -> list[str]:
        """Return every quarter of the city's series."""
        return [row.period_code for row in self.city_course]

    @property
    def focus(self) -> Unit:
        """Return the unit looked at closely: the ward or the marked district, else the city."""
        return self.ward or self.marked or self.city

    @property
    def focus_row(self) -> Progress | None:
        """Return the figure of the unit looked at closely."""
        if self.ward:
            return self.ward_course[-1]
        return self.rows_by_unit.get(self.marked.unit_code) if self.marked else self.city_row

    @property
    def main_course(self) -> Sequence[Progress]:
        """Return the city's series to show: as it was governed, or on the same ground."""
        return self.same_ground if self.is_same_ground else self.city_course

    @property
    def beside_course(self) -> Sequence[Progress]:
        """Return the series of the ward or the marked district; empty while the city is looked at."""
        if self.ward:
            return self.ward_course
        return self.courses[self.marked.unit_code] if self.marked else ()


def target_facts(context: Context) -> TargetFacts:
    """Return the facts of the target in the address, or of the first. Raises `UnknownCodeError`."""
    state, reader = context.state, context.reader
    target = context.target or next(iter(context.targets.values()))
    code = target.target_code
    ward = _ward(context)
    in_address = context.unit(state.unit) or (context.unit(ward.parent_code) if ward else None)
    if state.unit and context.units and in_address is None and context.district(state.unit) is None:
        raise UnknownCodeError("unit", state.unit)
    ward_course = _course_of(context, ward, code)
    city_course = progress.target_trend(reader, code, context.city.unit_level, state.window, state.period)
    city_row = next((row for row in city_course if row.period_code == state.period), None)
    courses = group_by(_rows_of_units(context, code), lambda row: row.unit_code)
    units = {unit.unit_code: unit for unit in context.units if unit.unit_code in courses}
    rows_by_unit = {unit: courses[unit][-1] for unit in units}
    shown = list(rows_by_unit.values())
    limits = target_queries.funnel_limits(reader, context.level, shown, city_row) if city_row else []
    counted_ward = ward if ward_course else None
    focus = counted_ward or in_address or context.city
    ground_unit, same_ground = _same_ground(context, code)
    return TargetFacts(
        target=target,
        city=context.city,
        city_course=city_course,
        city_row=city_row,
        courses=courses,
        units=units,
        rows_by_unit=rows_by_unit,
        marked=in_address if in_address and in_address.unit_code in rows_by_unit else None,
        ward=counted_ward,
        ward_course=ward_course,
        history=history_of(reader, state, counted_ward) if counted_ward else History(),
        ground_unit=ground_unit,
        same_ground=same_ground,
        is_same_ground=bool(same_ground) and state.get("ground") == SAME_GROUND,
        notes=followup.notes_on(reader, context.desk, focus.unit_code, target),
        breaks=target_queries.series_breaks(reader, code, state.period),
        funnel=funnel_points(limits, rows_by_unit, units),
        breakdown=target_queries.breakdown(reader, code, focus.unit_code, state.period, state.window),
        terms=target_queries.terms(reader, code),
        ahead=context.periods_ahead,
        places=_places(context),
    )


def _places(context: Context) -> list[Place]:
    """Return where units are on the map that have no tiles of their own: communes in the tiles of their areas, else all
    by region or type; none for units with tiles."""
    if unit_page(context.level) != "ward" and any(unit.tile_row is not None for unit in context.units):
        return []
    if context.has_areas and not context.reads_areas:
        within = group_by(context.units, lambda unit: unit.parent_code)
        return [
            Place(words.of(area, "short_name"), _codes(within[area.unit_code]), area.tile_row, area.tile_col)
            for area in context.districts
            if area.unit_code in within
        ]
    return [Place(group.name, _codes(group.members)) for group in grouped(context, context.units)]


def _codes(units: Sequence[Unit]) -> frozenset[str]:
    return frozenset(unit.unit_code for unit in units)


def _rows_of_units(context: Context, target: str) -> list[Progress]:
    """Return the series of the units of the reading level; an area continues a district, a commune no one else."""
    state, level = context.state, context.level
    if unit_page(level) == "ward":
        return progress.target_units_trend(context.reader, target, context.units, state.window, state.period)
    return progress.target_trend(context.reader, target, level, state.window, state.period)


def _same_ground(context: Context, target: str) -> tuple[Unit | None, Sequence[Progress]]:
    """Return the region as which the city's former territory continues, and the series of the city and the region."""
    state = context.state
    region = ground.same_ground_unit(context.reader, context.period.end_date)
    if region is None:
        return None, ()
    return region, ground.same_ground_trend(context.reader, region, target, state.window, state.period)


def _ward(context: Context) -> Unit | None:
    """Return the ward of the quarter that the address names."""
    code = context.state.unit
    if code is None or context.district(code):
        return None
    unit = plan.unit_on(context.reader, code, context.period.end_date)
    return unit if unit and is_base(unit.unit_level) else None


def _course_of(context: Context, ward: Unit | None, target: str) -> list[Progress]:
    """Return a ward's own series on a target, as far as it has a figure, or a reason for none, in the quarter shown."""
    if ward is None:
        return []
    state = context.state
    rows = progress.unit_trend(context.reader, ward.unit_code, state.window, state.period)
    own = [row for row in rows if row.target_code == target and row.unit_valid_from == ward.valid_from]
    return own if own and own[-1].period_code == state.period else []
