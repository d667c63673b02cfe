"""SQL for the publication and the plan: periods, targets, units."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection
from functools import lru_cache

from app.core.grouping import group_by
from app.core.reader import Reader
from app.core.search_text import without_marks
from app.core.short_names import with_short_names
from app.queries.fetch import fetch
from app.records import FormerUnit, Office, Period, Plan, Publication, Target, Unit
from app.records.reporters import ReporterKey
from warehouse.plan.levels import levels

# One query for the units of every day: to pick some of its records takes a twentieth of another query's time.
_EVERY_UNIT = "select {columns} from marts.dim_unit as f"


def publication(reader: Reader) -> Publication:
    """Return the publication."""
    return fetch(reader, Publication, "select {columns} from marts.publication as f")[0]


def periods(reader: Reader) -> list[Period]:
    """Return every quarter of the plan, oldest first."""
    return fetch(reader, Period, "select {columns} from marts.dim_period as f order by f.start_date")


def last_period_with_districts(reader: Reader) -> Period | None:
    """Return the newest quarter at whose end there were districts; None if there never were any."""
    sql = """
        select {columns} from marts.dim_period as f
        where exists (
            select 1 from marts.dim_unit as u
            where u.unit_level in :middle and u.valid_from <= f.end_date
              and (u.valid_to is null or u.valid_to > f.end_date)
        )
        order by f.start_date
    """
    return next(reversed(fetch(reader, Period, sql, middle=levels().middle)), None) if levels().middle else None


def plans(reader: Reader) -> list[Plan]:
    """Return every plan, oldest first."""
    return fetch(reader, Plan, "select {columns} from marts.dim_plan as f order by f.first_period_code")


def targets(reader: Reader, period: str) -> list[Target]:
    """Return the targets of the plan in force in a period, in the plan's order, as they apply then.

    Short names are cut where they are longer than grids, charts and slides have room for.
    """
    sql = """
        select {columns} from (
            select t.*, p.period_code, p.threshold_pct, p.counted_levels, p.shown_levels
            from marts.dim_target as t
            inner join marts.dim_target_period as p on t.plan_code = p.plan_code and t.target_code = p.target_code
        ) as f
        order by f.display_order
    """
    # A period has some twenty targets, and the query takes as long for all periods as for one.
    return [with_short_names(target) for target in fetch(reader, Target, sql) if target.period_code == period]


def named_targets(reader: Reader) -> dict[str, Target]:
    """Return every target of any plan by code, as defined by the latest plan that contains it."""
    by_code: dict[str, Target] = {}
    for plan in plans(reader):
        by_code |= {target.target_code: target for target in targets(reader, plan.last_period_code)}
    return by_code


def city(reader: Reader, on: dt.date) -> Unit:
    """Return the unit at the top, whose plan it is, on a day: a city or a province."""
    return next(unit for unit in fetch(reader, Unit, _EVERY_UNIT) if unit.parent_code is None and unit.exists_on(on))


def districts(reader: Reader, on: dt.date) -> list[Unit]:
    """Return the districts that existed on a day, or the areas that replace them: numbered first, rural last."""
    middle = levels().middle
    known = fetch(reader, Unit, _EVERY_UNIT) if middle else []
    return sorted((unit for unit in known if unit.unit_level in middle and unit.exists_on(on)), key=_reading_order)


def office(reader: Reader, level: str, on: dt.date) -> Office | None:
    """Return the office in charge at units of a level on a day; None where there is none, as after the level's end."""
    sql = """
        select {columns} from marts.dim_office as f
        where f.unit_level = :level and f.valid_from <= :on and (f.valid_to is null or f.valid_to > :on)
        order by f.valid_from
    """
    return next(reversed(fetch(reader, Office, sql, level=level, on=on)), None)


def regions(reader: Reader, on: dt.date) -> list[Unit]:
    """Return the regions that contain areas on a day, the region with the longest history first."""
    sql = """
        select {columns} from marts.dim_unit as f
        where f.unit_level in :groupings and f.valid_from <= :on and (f.valid_to is null or f.valid_to > :on)
        order by case when f.continues_code is null then 1 else 0 end, f.unit_code
    """
    return fetch(reader, Unit, sql, on=on, groupings=levels().groupings) if levels().groupings else []


def reporting_units(reader: Reader, period: str) -> list[Unit]:
    """Return the units that report to the city for a period, besides its own agencies: districts or communes."""
    sql = "select {columns} from marts.fct_reporter_period as f where f.period_code = :period"
    reporters = {(row.reporter_code, row.reporter_valid_from) for row in fetch(reader, ReporterKey, sql, period=period)}
    known = (unit for unit in fetch(reader, Unit, _EVERY_UNIT) if unit.parent_code is not None)
    return sorted((unit for unit in known if (unit.unit_code, unit.valid_from) in reporters), key=_reading_order)


def authorities_after(reader: Reader, ended: Collection[Unit], on: dt.date) -> dict[Unit, list[Unit]]:
    """Return the authorities on a day that replace each of the units that ended.

    They are the successors, the main successor first, or the authorities in the area that succeeded. A successor that
    has ended too is replaced by its own successors.
    """
    known = fetch(reader, Unit, _EVERY_UNIT)
    by_code = group_by(known, lambda unit: unit.unit_code)
    within = group_by(
        (unit for units in by_code.values() for unit in units if unit.is_authority and unit.exists_on(on)),
        lambda unit: unit.parent_code,
    )

    def after(unit: Unit) -> list[Unit]:
        if unit.valid_to is None or unit.valid_to > on:
            return [unit] if unit.is_authority else sorted(within.get(unit.unit_code, ()), key=_reading_order)
        codes = (unit.successor_codes or unit.unit_code).split("|")
        successors = [
            successor for code in codes for successor in by_code.get(code, ()) if successor.exists_on(unit.valid_to)
        ]
        return [heir for successor in successors for heir in after(successor)]

    readable = frozenset(known)
    return {unit: [heir for heir in dict.fromkeys(after(unit)) if heir in readable] for unit in ended}


def wards(reader: Reader, parent: str, on: dt.date) -> list[Unit]:
    """Return the wards of a district, or the communes of an area, that existed on a day."""
    base = levels().base
    within = (unit for unit in fetch(reader, Unit, _EVERY_UNIT) if unit.parent_code == parent)
    return sorted((unit for unit in within if unit.unit_level == base and unit.exists_on(on)), key=_reading_order)


def unit_history(reader: Reader, code: str) -> list[Unit]:
    """Return every validity of a unit code, oldest first; empty for an unknown code."""
    sql = "select {columns} from marts.dim_unit as f where f.unit_code = :code order by f.valid_from"
    return fetch(reader, Unit, sql, code=code)


def unit_on(reader: Reader, code: str, day: dt.date) -> Unit | None:
    """Return the unit that has a code on a day, as it is then; None where none has."""
    return next((unit for unit in unit_history(reader, code) if unit.exists_on(day)), None)


def every_unit(reader: Reader) -> list[Unit]:
    """Return every validity of every unit, in display order."""
    return sorted(fetch(reader, Unit, _EVERY_UNIT), key=_reading_order)


def authorities(reader: Reader) -> dict[str, list[Unit]]:
    """Return every validity of every authority by code, oldest first."""
    units = sorted(
        (unit for unit in fetch(reader, Unit, _EVERY_UNIT) if unit.is_authority), key=lambda unit: unit.valid_from
    )
    return group_by(units, lambda unit: unit.unit_code)


def former_units(reader: Reader) -> list[FormerUnit]:
    """Return the units that ended before they could report, by name."""
    sql = "select {columns} from marts.dim_former_unit as f order by f.name_vi, f.unit_code"
    return fetch(reader, FormerUnit, sql)


def _reading_order(unit: Unit) -> tuple[int, int, str, str, str]:
    """Return the sort key of units: numbered, then named, then the city within the city, then rural."""
    label = unit.tile_label or unit.name_vi
    # Names that differ in marks only have an order too, the same on every engine.
    return *_order_of(unit.unit_type, label), label, unit.unit_code


# Every page sorts units, a nation has some four thousand.
@lru_cache(maxsize=8192)
def _order_of(unit_type: str, label: str) -> tuple[int, int, str]:
    digits = re.search(r"\d+", label)
    places = {"quan": 0, "phuong": 0, "thanh_pho": 1, "dac_khu": 1, "thi_tran": 2, "huyen": 3, "xa": 3}
    return places.get(unit_type, 4), int(digits.group()) if digits else 10_000, without_marks(label)
