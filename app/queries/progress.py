"""SQL for figures of units on targets.

Series are queried up to now, whatever quarter is displayed: the cached result then serves all quarters.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import text

from app.core import access
from app.core.access import Figure, Right
from app.core.grouping import group_by
from app.core.levels import is_top, tier_of
from app.core.reader import Reader
from app.core.small_counts import Disclosed, SensitiveCount, disclosed_targets, is_final
from app.queries.fetch import fetch_to_protect, quoted_statement
from app.queries.plan import periods
from app.records import Progress, Standing, Unit
from app.records.review import ShownFigure
from warehouse.plan.levels import levels
from warehouse.publish.engines import Published
from warehouse.publish.row_scope import EVERY_ROW

_LEVEL = "f.unit_level in :tier"
_REPORTS = """exists (
    select 1 from marts.fct_reporter_period as r
    where r.reporter_code = f.unit_code and r.reporter_valid_from = f.unit_valid_from
        and r.period_code = f.period_code and f.parent_code is not null
)"""

_ORDER = ("target_code", "unit_code", "period_code")


def level_progress(reader: Reader, level: str, period: str, window: str) -> list[Progress]:
    """Return every target of every unit of a level in one period and window.

    Levels of one tier are the same: areas replace districts.
    """
    if is_top(level):
        return city_trend(reader, window, period, period)
    where = f"{_LEVEL} and f.period_code = :period and f.period_window = :window"
    return _progress(reader, where, tier=tier_of(level), period=period, window=window)


def unit_progress(reader: Reader, unit: str, period: str, window: str) -> list[Progress]:
    """Return every target of one unit in one period and window."""
    where = "f.unit_code = :unit and f.period_code = :period and f.period_window = :window"
    return _progress(reader, where, unit=unit, period=period, window=window)


def units_progress(reader: Reader, units: Sequence[str], period: str, window: str) -> list[Progress]:
    """Return every target of some units in one period and window."""
    where = "f.unit_code in :units and f.period_code = :period and f.period_window = :window"
    return _progress(reader, where, units=tuple(units), period=period, window=window)


def grouping_progress(reader: Reader, period: str, window: str) -> list[Progress]:
    """Return every target of every grouping of units, such as a region, in one period and window."""
    if not levels().groupings:
        return []
    where = f"{_LEVEL} and f.period_code = :period and f.period_window = :window"
    return _progress(reader, where, tier=levels().groupings, period=period, window=window)


def ward_progress(reader: Reader, parent: str, period: str, window: str) -> list[Progress]:
    """Return every target of every ward under a unit in one period and window."""
    where = "f.unit_level = :base and f.parent_code = :parent and f.period_code = :period and f.period_window = :window"
    return _progress(reader, where, base=levels().base, parent=parent, period=period, window=window)


def reporter_progress(reader: Reader, period: str, window: str) -> list[Progress]:
    """Return every target of every unit that reports to the city: districts or communes."""
    where = f"f.period_code = :period and f.period_window = :window and {_REPORTS}"
    return _progress(reader, where, period=period, window=window)


def reporter_standings(reader: Reader, period: str, window: str) -> list[Standing]:
    """Return the status of every unit that reports to the city on every target, for counting."""
    where = f"f.period_code = :period and f.period_window = :window and {_REPORTS}"
    return _figures(reader, Standing, where, period=period, window=window)


def standings_of(reader: Reader, units: Collection[str], period: str, window: str) -> list[Standing]:
    """Return the status of some units on every target in one period and window."""
    if not units:
        return []
    where = "f.unit_code in :units and f.period_code = :period and f.period_window = :window"
    return _figures(reader, Standing, where, units=tuple(sorted(units)), period=period, window=window)


def shown_figures(reader: Reader, period: str, window: str) -> list[ShownFigure]:
    """Return every target of the city and of every unit that reports to it, readable from versions of any release."""
    return _shown(reader, f"f.parent_code is null or {_REPORTS}", period=period, window=window)


def shown_in_grid(reader: Reader, level: str, period: str, window: str) -> list[ShownFigure]:
    """Return the same for the city and every unit of a level."""
    return _shown(reader, f"f.parent_code is null or {_LEVEL}", period=period, window=window, tier=tier_of(level))


def shown_of_unit(reader: Reader, unit: str, period: str, window: str) -> list[ShownFigure]:
    """Return the same for a unit and the wards under it."""
    where = "f.unit_code = :unit or (f.unit_level = :base and f.parent_code = :unit)"
    return _shown(reader, where, period=period, window=window, unit=unit, base=levels().base)


def shown_of_units(reader: Reader, units: Sequence[str], period: str, window: str) -> list[ShownFigure]:
    """Return the same for some units alone."""
    return _shown(reader, "f.unit_code in :units", period=period, window=window, units=tuple(units))


def shown_figure(reader: Reader, target: str, unit: str, period: str, window: str) -> ShownFigure | None:
    """Return one target of a unit, readable from versions of any release; None where the version has no such row."""
    where = """f.target_code = :target and f.unit_code = :unit
               and f.period_code = :period and f.period_window = :window"""
    rows = _figures(reader, ShownFigure, where, target=target, unit=unit, period=period, window=window)
    return next(iter(rows), None)


def level_history(reader: Reader, level: str, window: str, since: str, until: str) -> list[ShownFigure]:
    """Return every target of every unit of a level in every period from `since` up to and including `until`."""
    where = f"{_LEVEL} and f.period_window = :window and f.period_code between :since and :until"
    return _figures(reader, ShownFigure, where, tier=tier_of(level), window=window, since=since, until=until)


def _shown(reader: Reader, where: str, **parameters: Any) -> list[ShownFigure]:
    where = f"f.period_code = :period and f.period_window = :window and ({where})"
    return _figures(reader, ShownFigure, where, **parameters)


def target_units(reader: Reader, target: str, units: Sequence[str], period: str, window: str) -> list[Progress]:
    """Return one target for each of some units in one period and window."""
    where = """f.target_code = :target and f.unit_code in :units
               and f.period_code = :period and f.period_window = :window"""
    return _progress(reader, where, target=target, units=tuple(units), period=period, window=window)


def city_trend(reader: Reader, window: str, until: str, since: str = "") -> list[Progress]:
    """Return every target of the city in every period from `since` up to and including `until`, oldest first."""
    return _series(reader, "f.parent_code is null", window, until, since)


def unit_trend(reader: Reader, unit: str, window: str, until: str, since: str = "") -> list[Progress]:
    """Return every target of one unit in every period from `since` up to and including `until`, oldest first."""
    return _series(reader, "f.unit_code = :unit", window, until, since, unit=unit)


def calling_figures(reader: Reader, units: Sequence[str], period: str, window: str) -> list[Progress]:
    """Return the figures of some units that give a reason to call them in one period and window."""
    where = "f.is_calling and f.unit_code in :units and f.period_code = :period and f.period_window = :window"
    if not units:
        return []
    figures = _progress(reader, where, units=tuple(units), period=period, window=window)
    # Including a hidden figure would reveal its status.
    return [row for row in figures if row.is_calling]


def target_trend(reader: Reader, target: str, level: str, window: str, until: str) -> list[Progress]:
    """Return one target for every unit of a level in every period up to and including `until`, oldest first.

    A district's series continues as that of the area that replaced it.
    """
    where = f"f.target_code = :target and {_LEVEL}"
    return _series(reader, where, window, until, target=target, tier=tier_of(level))


def target_units_trend(reader: Reader, target: str, members: Sequence[Unit], window: str, until: str) -> list[Progress]:
    """Return the same for `members` of a level, each since its own beginning: a code may have been another unit's."""
    if not members:
        return []
    began = {unit.unit_code: unit.valid_from for unit in members}
    where = f"f.target_code = :target and {_LEVEL} and f.unit_valid_from in :began"
    days, tier = tuple(sorted(set(began.values()))), tier_of(members[0].unit_level)
    rows = _series(reader, where, window, until, target=target, tier=tier, began=days)
    return [row for row in rows if began.get(row.unit_code) == row.unit_valid_from]


def standings_on(
    reader: Reader, targets: Collection[str], members: Sequence[Unit], window: str, until: str
) -> list[Standing]:
    """Return the status of `members` on some targets in every period up to and including `until`, oldest first, each
    since its own beginning."""
    if not targets:
        return []
    where = """f.target_code in :targets and f.unit_code in :units and f.unit_valid_from = :began
        and f.period_window = :window and f.period_code <= :until"""
    known = tuple(sorted(targets))
    rows: list[Standing] = []
    for began, units in group_by(members, lambda unit: unit.valid_from).items():
        codes = tuple(sorted(unit.unit_code for unit in units))
        rows += _figures(reader, Standing, where, targets=known, units=codes, began=began, window=window, until=until)
    return rows


def _series(reader: Reader, where: str, window: str, until: str, since: str = "", **parameters: Any) -> list[Progress]:
    # Future periods, years of empty rows, are not read.
    begun = max((period.period_code for period in periods(reader) if period.has_begun), default="")
    where = f"{where} and f.period_window = :window and f.period_code <= :last"
    rows = _progress(reader, where, window=window, last=max(begun, until), **parameters)
    return [row for row in rows if since <= row.period_code <= until]


def _progress(reader: Reader, where: str, **parameters: Any) -> list[Progress]:
    return _figures(reader, Progress, where, **parameters)


def _figures(reader: Reader, fact: type[Figure], where: str, **parameters: Any) -> list[Figure]:
    sql = f"select {{columns}} from marts.fct_target_progress as f where {where}"
    rows = fetch_to_protect(reader, fact, sql, order=_ORDER, **parameters)
    if reader.viewer.may(Right.SMALL_COUNTS):
        return rows
    return access.protect(reader.viewer, rows, disclosed(reader.warehouse))


@lru_cache(maxsize=4)
def disclosed(warehouse: Published) -> Disclosed:
    """Return the disclosed counts of people of a version, for viewers who may not see small counts."""
    counts = """
        select f.plan_code, f.target_code, f.unit_code, f.parent_code, f.period_code, f.period_window, f.numerator,
            f.denominator - f.numerator as rest, f.provisional_reason, f.source_versions
        from marts.fct_target_progress as f
        inner join marts.dim_target as t on f.plan_code = t.plan_code and f.target_code = t.target_code
        where t.is_sensitive and t.kind = 'rate' and f.unit_level <> :base and f.numerator <= f.denominator
    """
    margins = """
        select target_code, period_code, behind_margin_pct from marts.dim_target_period
        where behind_margin_pct is not null
    """
    with warehouse.reading(EVERY_ROW) as connection:
        banded = _banded_targets(connection.execute(text(_TERMS)).all())
        sensitive = [
            SensitiveCount((row[1],), row[2], row[3], row[4], row[5], (row[6], row[7]), is_final(row[8], row[9]))
            for row in connection.execute(quoted_statement(counts, {"base": levels().base}))
            if (row[0], row[1]) in banded
        ]
        codes = connection.execute(text("select distinct target_code from marts.dim_target where is_sensitive"))
        return disclosed_targets(
            targets=frozenset(codes.scalars()),
            counts=sensitive,
            continued=continued(warehouse),
            margins={(row[0], row[1]): row[2] for row in connection.execute(text(margins))},
        )


_TERMS = """
    select t.plan_code, t.target_code, d.measure_code, m.is_sensitive
    from marts.dim_target as t
    inner join marts.dim_target_term as d on t.target_code = d.target_code
    inner join marts.dim_measure as m on d.measure_code = m.measure_code
    where t.is_sensitive and t.kind = 'rate' and t.counting_rule = 'amounts'
    order by t.plan_code, t.display_order, t.target_code
"""


def _banded_targets(terms: Sequence[Sequence[Any]]) -> set[tuple[str, str]]:
    """Return plan and code of the targets whose counts have bands: those of protected measures alone, none of which a
    target before them has.

    A count that anyone can read, or one that two targets share, gives two bands an exact sum or difference. So does the
    number of reports in which there were people: everyone knows how many reports there are.
    """
    banded: set[tuple[str, str]] = set()
    taken: set[tuple[str, str]] = set()
    for (plan, target), group in group_by(terms, lambda row: (row[0], row[1])).items():
        used = {(plan, row[2]) for row in group}
        if all(row[3] for row in group) and not used & taken:
            banded.add((plan, target))
            taken |= used
    return banded


def continued(warehouse: Published) -> dict[str, str]:
    """Return the former code of each unit that continues another unit under a new code."""
    sql = "select unit_code, continues_code from marts.dim_unit where continues_code <> unit_code"
    with warehouse.engine.connect() as connection:
        return {row[0]: row[1] for row in connection.execute(text(sql))}
