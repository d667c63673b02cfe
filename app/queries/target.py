"""SQL for the target page, except its figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache

from sqlalchemy import text

from app.core import access
from app.core.access import Right, Viewer
from app.core.grouping import group_by
from app.core.levels import tier_of
from app.core.reader import Reader
from app.core.small_counts import Approximate, Place, SensitiveCount, Span, Subject, disclosed_parts, is_final
from app.queries.fetch import fetch, fetch_to_protect, quoted_statement
from app.queries.progress import continued, disclosed
from app.records import Progress
from app.records.target import Bound, BreakdownPart, FunnelLimits, SeriesBreak, TargetTerm
from warehouse.plan.levels import levels
from warehouse.publish.engines import Published
from warehouse.publish.row_scope import EVERY_ROW

# Sorts after every period.
EVER = "9999Q4"


def every_break(reader: Reader) -> list[SeriesBreak]:
    """Return the breaks of all series, oldest first."""
    return fetch(reader, SeriesBreak, "select {columns} from marts.dim_break as f order by f.period_code, f.kind")


def series_breaks(reader: Reader, target: str, until: str = EVER) -> list[SeriesBreak]:
    """Return the breaks of a target's series up to and including a period, oldest first."""
    sql = """
        select {columns} from marts.dim_break as f
        where (f.target_code is null or f.target_code = :target) and f.period_code <= :until
        order by f.period_code, f.kind
    """
    return fetch(reader, SeriesBreak, sql, target=target, until=until)


def funnel_limits(reader: Reader, level: str, rows: list[Progress], city: Progress) -> list[FunnelLimits]:
    """Return the funnel limits of a level's rows of one target, period and window, for visible figures.

    Limits reveal the city's ratio and a unit's size: a viewer who does not see these exactly gets no limits.
    """
    sql = """
        select {columns} from marts.fct_target_progress as f
        where f.target_code = :target and f.unit_level in :tier
          and f.period_code = :period and f.period_window = :window and f.funnel_position is not null
        order by f.denominator, f.unit_code
    """
    binds = {"target": city.target_code, "period": city.period_code, "window": city.period_window}
    limits = fetch(reader, FunnelLimits, sql, tier=tier_of(level), **binds)
    if city.value_pct is None or isinstance(city.denominator, Approximate):
        return []
    seen = {row.unit_code for row in rows if row.value_pct is not None}
    return [limit for limit in limits if limit.unit_code in seen]


def bound_denominator(reader: Reader, row: Progress) -> float | None:
    """Return the denominator of a figure's bounds.

    None without bounds, or where the figure is hidden from the viewer.
    """
    if row.bound_low_pct is None:
        return None
    sql = """
        select {columns} from marts.fct_target_progress as f
        where f.target_code = :target and f.unit_code = :unit and f.unit_valid_from = :since
          and f.period_code = :period and f.period_window = :window
    """
    cell = {"target": row.target_code, "unit": row.unit_code, "since": row.unit_valid_from}
    bounds = fetch(reader, Bound, sql, **cell, period=row.period_code, window=row.period_window)
    may = reader.viewer.may(Right.SMALL_COUNTS, row.unit_code)
    return next((bound.bound_denominator for bound in bounds if may or not bound.is_sensitive), None)


_BREAKDOWN = """
    select f.target_code, f.breakdown_code, d.dimension_code, d.title_vi, d.title_en, f.category_code,
        d.category_vi, d.category_en, d.unit_vi, d.unit_en, f.unit_level, f.period_code,
        f.value_count, f.total_count, f.share_pct, b.name_vi as base_vi, b.name_en as base_en,
        f.base_count, f.rate_pct, f.is_sensitive, false as is_hidden{more}
    from marts.fct_breakdown as f
    inner join marts.dim_target_breakdown as d
        on f.target_code = d.target_code and f.breakdown_code = d.breakdown_code
        and f.category_code = d.category_code
    left join marts.dim_measure as b on d.base_measure_code = b.measure_code
    where {where}
    order by d.display_order, d.category_order
"""


def breakdown(reader: Reader, target: str, unit: str, period: str, window: str) -> list[BreakdownPart]:
    """Return the parts of a target's count in one unit, by breakdown, each in the order of its list."""
    where = "f.target_code = :target and f.unit_code = :unit and f.period_code = :period and f.period_window = :window"
    sql = _BREAKDOWN.format(more="", where=where)
    parts = fetch_to_protect(reader, BreakdownPart, sql, target=target, unit=unit, period=period, window=window)
    if reader.viewer.may(Right.SMALL_COUNTS, unit):
        return parts
    return access.protect_breakdown(reader.viewer, parts, _spans(reader.warehouse, parts, unit, period, window))


def _spans(
    warehouse: Published, parts: Sequence[BreakdownPart], unit: str, period: str, window: str
) -> dict[Subject, Span]:
    categories = _disclosed_categories(warehouse)
    subjects: list[Subject] = [(part.target_code, part.breakdown_code, part.category_code) for part in parts]
    return {
        subject: categories[subject, unit, period, window][0]
        for subject in subjects
        if (subject, unit, period, window) in categories
    }


def disclosed_breakdowns(warehouse: Published, viewer: Viewer) -> dict[tuple[str, str, str], list[BreakdownPart]]:
    """Return the city's breakdowns of targets that count people as a viewer may see them, by unit, period, window."""
    sql = _BREAKDOWN.format(more=", f.unit_code, f.period_window", where="f.is_sensitive and f.unit_level = :top")
    with warehouse.reading(EVERY_ROW) as connection:
        found = connection.execute(quoted_statement(sql, {"top": levels().top}))
        rows = [(BreakdownPart(*row[:-2]), row[-2], row[-1]) for row in found]
    protected: dict[tuple[str, str, str], list[BreakdownPart]] = {}
    groups = group_by(rows, lambda row: (row[0].target_code, row[1], row[0].period_code, row[2]))
    for (_, unit, period, window), group in groups.items():
        parts = [part for part, *_ in group]
        spans = _spans(warehouse, parts, unit, period, window)
        protected.setdefault((unit, period, window), []).extend(access.protect_breakdown(viewer, parts, spans))
    return protected


def terms(reader: Reader, target: str) -> list[TargetTerm]:
    """Return the columns of forms that a target is computed from, numerator first."""
    sql = """
        select {columns} from marts.dim_target_term as f where f.target_code = :target
        order by case f.term when 'numerator' then 0 else 1 end, f.form_order, f.column_position
    """
    return fetch(reader, TargetTerm, sql, target=target)


@lru_cache(maxsize=4)
def _disclosed_categories(warehouse: Published) -> Mapping[Place, tuple[Span, ...]]:
    """Return the disclosed range of the sensitive categories in a version, for viewers who may not see small counts.

    Categories may add up to the target's count, or include all that it counts: where the bands of that leave no room,
    they and the categories' bands together would reveal both.
    """
    sql = """
        select f.target_code, f.breakdown_code, f.category_code, f.unit_code, f.parent_code, f.period_code,
            f.period_window, f.value_count, p.provisional_reason, p.source_versions
        from marts.fct_breakdown as f
        inner join marts.fct_target_progress as p
            on f.target_code = p.target_code and f.unit_code = p.unit_code
            and f.period_code = p.period_code and f.period_window = p.period_window
        where f.is_sensitive and f.value_count is not null
    """
    with warehouse.reading(EVERY_ROW) as connection:
        counts = [
            SensitiveCount(
                (row[0], row[1], row[2]), row[3], row[4], row[5], row[6], (row[7],), is_final(row[8], row[9])
            )
            for row in connection.execute(text(sql))
        ]
    roomy = disclosed(warehouse).roomy
    categories = disclosed_parts(counts, continued(warehouse))
    return {place: spans for place, spans in categories.items() if ((place[0][0],), *place[1:]) in roomy}
