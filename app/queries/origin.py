"""SQL for the origin of a figure: its units, numbers, reports, corrections and checks."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import Any

from app.core import access
from app.core.access import Right
from app.core.disclosure import COLUMNS
from app.core.levels import is_base, is_top
from app.core.period_code import year_of
from app.core.reader import Reader
from app.queries import methodology, quality
from app.queries.fetch import fetch, fetch_to_protect
from app.records import Revision, Target, Unit
from app.records.origin import Check, Contribution, Input, SourceReport
from warehouse.plan.levels import levels


@dataclass(frozen=True, slots=True)
class _Findings:
    """Findings of a check: a JSON list of unit, period and value."""

    check_code: str
    failing_units: str


# The row of the query; `f` is `fct_target_contribution`.
_ROW = """f.target_code = :target and f.row_unit_code = :unit and f.row_unit_valid_from = :since
          and f.period_code = :period and f.period_window = :window"""


# The reporters of the units counted in the row; for a count by area, the units within the areas.
_REPORTERS = f"""
    select distinct coalesce(f.reporter_code, u.unit_code) as reporter_code
    from marts.fct_target_contribution as f
    left join marts.dim_unit as u
        on f.reporter_code is null and f.unit_code = u.parent_code and u.valid_from >= f.unit_valid_from
    where {_ROW}
"""


def contributions(reader: Reader, target: Target, unit: Unit, period: str, window: str) -> list[Contribution]:
    """Return the contribution of each counted unit under a unit to its figure, the unit itself first.

    For a sensitive target, a viewer without the right to small counts gets the units that took part, without numbers.
    """
    sql = f"""
        select f.unit_code, f.unit_valid_from, f.unit_level, f.parent_code, f.reporter_code, u.name_vi, u.name_en,
            f.takes_part, f.is_carried, f.has_ended, f.last_period_code, f.provisional_reason,
            f.numerator, f.denominator, f.expected_count, f.reported_count, false as is_hidden
        from marts.fct_target_contribution as f
        inner join marts.dim_unit as u on f.unit_code = u.unit_code and f.unit_valid_from = u.valid_from
        where {_ROW}
        order by case when f.parent_code is null then 0 when f.unit_level = :base then 2 else 1 end, f.unit_code
    """
    rows = fetch_to_protect(reader, Contribution, sql, **_row(target, unit, period, window), base=levels().base)
    if access.hides_parts(reader.viewer, target, unit.unit_code):
        columns = COLUMNS["fct_target_contribution"].protected
        return [replace(access.without(row, columns), is_hidden=row.takes_part) for row in rows]
    return rows


def inputs(reader: Reader, target: Target, unit: Unit, period: str, window: str) -> list[Input]:
    """Return the reported numbers that were added up for a counted unit; empty for a viewer who may not see them."""
    sql = """
        select {columns} from marts.fct_target_input as f
        where f.target_code = :target and f.unit_code = :unit and f.unit_valid_from = :since
          and f.period_code = :period and f.period_window = :window
        order by f.term desc, f.measure_code, f.source_period_code
    """
    rows = fetch(reader, Input, sql, **_row(target, unit, period, window))
    return [] if access.hides_parts(reader.viewer, target, unit.unit_code) else rows


def reports(reader: Reader, target: Target, unit: Unit, period: str, window: str) -> list[SourceReport]:
    """Return the reports of the window from all reporters of the counted units."""
    sql = f"""
        select r.reporter_code, r.reporter_level, u.name_vi, u.name_en, r.period_code, r.state, r.version,
            coalesce(s.received_at, r.received_at) as received_at
        from marts.fct_reporter_period as r
        inner join ({_REPORTERS}) as behind on r.reporter_code = behind.reporter_code
        inner join marts.dim_unit as u on r.reporter_code = u.unit_code and r.reporter_valid_from = u.valid_from
        left join marts.fct_submission as s
            on r.reporter_code = s.reporter_code and r.period_code = s.period_code and s.is_counting
        where r.period_code between :first and :period
        order by r.reporter_level, r.reporter_code, r.period_code
    """
    row = _row(target, unit, period, window)
    return fetch_to_protect(reader, SourceReport, sql, **row, first=_first(period, window))


def corrections(reader: Reader, target: Target, unit: Unit, period: str, window: str) -> list[Revision]:
    """Return the corrected cells that the figure is based on, newest quarter first."""
    sql = f"""
        select f.period_code, f.version, f.form_code, f.unit_code, u.name_vi as unit_name_vi, u.name_en as unit_name_en,
            f.category_code, f.measure_code, t.header_vi as measure_vi, t.header_en as measure_en,
            f.old_value, f.new_value, f.old_answer, f.new_answer, m.is_sensitive,
            f.reporter_code, r.name_vi as reporter_name_vi, r.name_en as reporter_name_en, f.received_at
        from marts.fct_revision as f
        inner join marts.dim_unit as r on f.reporter_code = r.unit_code and f.reporter_valid_from = r.valid_from
        inner join marts.dim_unit as u on f.unit_code = u.unit_code and f.unit_valid_from = u.valid_from
        inner join marts.dim_measure as m on f.measure_code = m.measure_code
        inner join (
            select distinct measure_code, header_vi, header_en
            from marts.dim_target_term where target_code = :target
        ) as t on f.measure_code = t.measure_code
        inner join marts.dim_target_period as p
            on f.period_code = p.period_code and p.target_code = :target
            and '|' || p.counted_levels || '|' like '%|' || u.unit_level || '|%'
        where f.period_code between :first and :period
          and (
            :is_top or f.unit_code = :unit
            or (not :is_base and (f.reporter_code in ({_REPORTERS}) or u.parent_code = :unit))
          )
        order by f.period_code desc, f.reporter_code, f.version desc, f.form_code, f.unit_code, f.measure_code
    """
    row = _row(target, unit, period, window)
    revisions = fetch_to_protect(
        reader,
        Revision,
        sql,
        **row,
        is_top=is_top(unit.unit_level),
        is_base=is_base(unit.unit_level),
        first=_first(period, window),
    )
    return access.protect_counts(reader.viewer, revisions)


def checks(reader: Reader, target: Target, units: frozenset[str], period: str, window: str) -> list[Check]:
    """Return the checks of a target, as visible to the viewer.

    Each has its number of findings on `units` in the figure's quarters.
    """
    sql = """
        select r.check_code, r.failing_units from marts.fct_quality_result as r
        inner join marts.publication as p on r.run_version = p.version where not r.is_success
    """
    code = target.target_code
    sensitive = frozenset() if reader.viewer.may(Right.SMALL_COUNTS) else quality.sensitive_codes(reader)
    findings = {row.check_code: json.loads(row.failing_units) for row in fetch_to_protect(reader, _Findings, sql)}

    def is_about(row: dict[str, Any], check: Check) -> bool:
        # A check of figures has the target code in the column where other checks have a type of establishment.
        is_mine = "fct_target_progress." not in check.check_code or row.get("category_code") in (None, code)
        is_in_window = _first(period, window) <= (row.get("period_code") or "") <= period
        is_visible = not access.hides_failure(reader.viewer, row, sensitive)
        return row.get("unit_code") in units and is_in_window and is_mine and is_visible

    return [
        replace(check, unit_count=sum(is_about(row, check) for row in findings.get(check.check_code, ())))
        for check in methodology.checks(reader, target.target_code)
    ]


def _row(target: Target, unit: Unit, period: str, window: str) -> dict[str, Any]:
    since = unit.valid_from
    return {"target": target.target_code, "unit": unit.unit_code, "since": since, "period": period, "window": window}


def _first(period: str, window: str) -> str:
    """Return the first period of a figure's window, or the year: all period codes of a year sort after it."""
    return period if window == "quarter" else year_of(period)
