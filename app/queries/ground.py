"""SQL for courses on one ground over a change of the map: a unit's recalculated history, the city's on its old ground.

A unit's own course over the change, as it was reported, is asked for in `progress`.
"""

from __future__ import annotations

import datetime as dt

from app.core import access
from app.core.reader import Reader
from app.queries import progress
from app.queries.ask import ask
from app.records import Progress, Unit
from app.records.target import Recalculated


def recalculated(reader: Reader, unit: Unit, window: str) -> list[Recalculated]:
    """Every target of a unit in every period before it began, recalculated, oldest first; empty where none can be."""
    sql = """
        select {columns} from marts.fct_target_recalculated as f
        where f.unit_code = :unit and f.unit_valid_from = :since and f.period_window = :window
        order by f.target_code, f.period_code
    """
    rows = ask(reader, Recalculated, sql, unit=unit.unit_code, since=unit.valid_from, window=window)
    return access.protect_recalculated(reader.viewer, rows)


def same_ground_unit(reader: Reader, on: dt.date) -> Unit | None:
    """The region that is the city on its old ground on a day; None while the city itself is."""
    sql = """
        select {columns} from marts.dim_unit as f
        where f.unit_level = 'region'
          and f.continues_code in (select c.unit_code from marts.dim_unit as c where c.unit_level = 'city')
          and f.valid_from <= :on and (f.valid_to is null or f.valid_to > :on)
    """
    return next(iter(ask(reader, Unit, sql, on=on)), None)


def same_ground_trend(reader: Reader, region: Unit, target: str, window: str, until: str) -> list[Progress]:
    """One target on the city's old ground in every period up to and including `until`, oldest first: the city's own
    figures before `region` began, then the region's; empty where the region has none of that target."""
    later = _of_target(progress.unit_trend(reader, region.unit_code, window, until), target)
    if not later:
        return []
    city = _of_target(progress.city_trend(reader, window, until), target)
    return [row for row in city if row.period_code < later[0].period_code] + later


def same_ground_figures(reader: Reader, on: dt.date, period: str, window: str) -> dict[str, Progress]:
    """Every target of the city on its old ground in one period, by code; none while the city itself is that."""
    region = same_ground_unit(reader, on)
    rows = progress.unit_progress(reader, region.unit_code, period, window) if region else []
    return {row.target_code: row for row in rows}


def _of_target(rows: list[Progress], target: str) -> list[Progress]:
    return [row for row in rows if row.target_code == target]
