"""SQL for a bridge: a published figure and what each counted unit adds to it, in any stored version."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from app.core import access
from app.core.reader import Reader
from app.queries import plan, progress
from app.queries.fetch import fetch
from app.records import Target
from app.records.bridge import BridgePart, BridgeRule, Moment


@dataclass(frozen=True, slots=True)
class _Counting:
    counting_rule: str
    rural_only: bool
    counted_levels: str
    rollup_level: str | None


@dataclass(frozen=True, slots=True)
class _Term:
    term: str
    measure_code: str
    window_rule: str


_COLUMNS = """
    c.unit_code, c.unit_valid_from, u.valid_to, c.unit_level, c.parent_code, c.reporter_code,
    u.name_vi, u.name_en, u.short_name_vi, u.short_name_en, c.takes_part, c.has_ended, c.numerator, c.denominator
"""
_ROWS = """
    c.target_code = :target and c.row_unit_code = :unit and c.period_code = :period and c.period_window = :window
    order by c.unit_code, c.unit_valid_from
"""
_PARTS = f"""
    select {_COLUMNS}, null as source_versions
    from marts.fct_target_contribution as c
    inner join marts.dim_unit as u on c.unit_code = u.unit_code and c.unit_valid_from = u.valid_from
    where {_ROWS}
"""
_VERSIONED_PARTS = f"""
    select {_COLUMNS}, own.source_versions
    from marts.fct_target_contribution as c
    inner join marts.dim_unit as u on c.unit_code = u.unit_code and c.unit_valid_from = u.valid_from
    left join marts.fct_target_progress as own
        on own.target_code = c.target_code and own.unit_code = c.unit_code and own.unit_valid_from = c.unit_valid_from
        and own.period_code = c.period_code and own.period_window = c.period_window
    where {_ROWS}
"""


def moment(reader: Reader, target: Target, unit: str, period: str, window: str, is_versioned: bool) -> Moment | None:
    """Return a unit's figure on a target in a version, with its parts; None where the version has no such row.

    With `is_versioned` every part names its reports. The parts of a figure that counts people are left out for a viewer
    who may not see small counts. Raises `OtherLayoutError` for a version too old to be read.
    """
    figure = progress.shown_figure(reader, target.target_code, unit, period, window)
    if figure is None:
        return None
    ends = {row.period_code: row.end_date for row in plan.periods(reader)}
    is_hidden = access.hides_parts(reader.viewer, target, unit)
    row = {"target": target.target_code, "unit": unit, "period": period, "window": window}
    parts = [] if is_hidden else _parts(reader, row, is_versioned)
    return Moment(
        version=reader.warehouse.version,
        figure=figure,
        parts={(part.unit_code, part.unit_valid_from): part for part in parts},
        rule=_rule(reader, target.target_code, period),
        end_date=ends[period],
    )


def _parts(reader: Reader, row: Mapping[str, str], is_versioned: bool) -> list[BridgePart]:
    """Return the counted units under a unit; `is_versioned` adds the names of their reports, which takes longer."""
    return fetch(reader, BridgePart, _VERSIONED_PARTS if is_versioned else _PARTS, **row)


def _rule(reader: Reader, target: str, period: str) -> BridgeRule | None:
    counting = """
        select t.counting_rule, t.rural_only, p.counted_levels, p.rollup_level
        from marts.dim_target_period as p
        inner join marts.dim_target as t on p.plan_code = t.plan_code and p.target_code = t.target_code
        where p.target_code = :target and p.period_code = :period
    """
    terms = "select distinct {columns} from marts.dim_target_term as f where f.target_code = :target"
    rule = next(iter(fetch(reader, _Counting, counting, target=target, period=period)), None)
    if rule is None:
        return None
    cells = frozenset(
        (row.term, row.measure_code, row.window_rule) for row in fetch(reader, _Term, terms, target=target)
    )
    return BridgeRule(rule.counting_rule, rule.rural_only, rule.counted_levels, rule.rollup_level, cells)
