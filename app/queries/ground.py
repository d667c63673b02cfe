"""SQL for series over unchanged territory across a change of boundaries.

These are the recalculated history of units, and the city on its former territory. Series as reported are in `progress`.
"""

from __future__ import annotations

import datetime as dt

from app.core import access
from app.core.reader import Reader
from app.queries import progress
from app.queries.fetch import fetch, fetch_to_protect
from app.records import Progress, Unit
from app.records.target import Recalculated


def recalculated(reader: Reader, unit: Unit, window: str) -> list[Recalculated]:
    """Return every target of a unit in every period before it began, recalculated, oldest first.

    Empty where this is not possible.
    """
    sql = """
        select {columns} from marts.fct_target_recalculated as f
        where f.unit_code = :unit and f.unit_valid_from = :since and f.period_window = :window
        order by f.target_code, f.period_code
    """
    rows = fetch_to_protect(reader, Recalculated, sql, unit=unit.unit_code, since=unit.valid_from, window=window)
    return access.protect_recalculated(reader.viewer, rows)


def same_ground_unit(reader: Reader, on: dt.date) -> Unit | None:
    """Return the region with the city's former territory on a day; None while the city itself has it."""
    sql = """
        select {columns} from marts.dim_unit as f
        where f.parent_code is not null
          and f.continues_code in (select c.unit_code from marts.dim_unit as c where c.parent_code is null)
          and f.valid_from <= :on and (f.valid_to is null or f.valid_to > :on)
    """
    return next(iter(fetch(reader, Unit, sql, on=on)), None)


def same_ground_trend(reader: Reader, region: Unit, target: str, window: str, until: str) -> list[Progress]:
    """Return a target on the city's former territory in every period up to and including `until`, oldest first.

    The rows are the city's own before `region` began, then the region's; empty where the region has no figure of that
    target.
    """
    later = _of_target(progress.unit_trend(reader, region.unit_code, window, until), target)
    if not later:
        return []
    city = _of_target(progress.city_trend(reader, window, until), target)
    return [row for row in city if row.period_code < later[0].period_code] + later


def same_ground_figures(reader: Reader, on: dt.date, period: str, window: str) -> dict[str, Progress]:
    """Return every target of the city on its former territory in one period, by code.

    Empty while the city itself has it.
    """
    region = same_ground_unit(reader, on)
    rows = progress.unit_progress(reader, region.unit_code, period, window) if region else []
    return {row.target_code: row for row in rows}


def _of_target(rows: list[Progress], target: str) -> list[Progress]:
    return [row for row in rows if row.target_code == target]
