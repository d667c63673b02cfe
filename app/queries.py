"""Every SQL statement the app runs: one typed function per question, each asked by a viewer.

All read schema `marts` of one published warehouse, so a page never mixes two versions.
Missing values stay None; percentages are points, unrounded. Each raises `AccessDeniedError`
for a viewer who may not read.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from dataclasses import fields
from functools import lru_cache
from typing import Any, TypeVar

from sqlalchemy import BindParameter, bindparam, text

from app import access
from app.access import Right, SensitiveCount, Viewer
from app.facts import (
    Period,
    Progress,
    Publication,
    Report,
    Revision,
    Submission,
    Target,
    TaskProgress,
    Unit,
)
from warehouse.engines import Published

Fact = TypeVar("Fact")


def publication(viewer: Viewer, warehouse: Published) -> Publication:
    """What is published."""
    return _facts(viewer, warehouse, Publication, "select {columns} from marts.publication as f")[0]


def periods(viewer: Viewer, warehouse: Published) -> list[Period]:
    """Every quarter of the plan, oldest first."""
    return _facts(viewer, warehouse, Period, "select {columns} from marts.dim_period as f order by f.start_date")


def targets(viewer: Viewer, warehouse: Published) -> list[Target]:
    """Every target in the plan's order."""
    return _facts(viewer, warehouse, Target, "select {columns} from marts.dim_target as f order by f.display_order")


def districts(viewer: Viewer, warehouse: Published, on: dt.date) -> list[Unit]:
    """The districts that existed on a day, numbered ones first, rural ones last; empty from 2025-07-01."""
    sql = """
        select {columns} from marts.dim_unit as f
        where f.unit_level = 'district' and f.valid_from <= :on and (f.valid_to is null or f.valid_to > :on)
    """
    return sorted(_facts(viewer, warehouse, Unit, sql, on=on), key=_reading_order)


def wards(viewer: Viewer, warehouse: Published, parent: str, on: dt.date) -> list[Unit]:
    """The wards of a district (or the communes of the city) that existed on a day."""
    sql = """
        select {columns} from marts.dim_unit as f
        where f.unit_level = 'ward' and f.parent_code = :parent
          and f.valid_from <= :on and (f.valid_to is null or f.valid_to > :on)
    """
    return sorted(_facts(viewer, warehouse, Unit, sql, parent=parent, on=on), key=_reading_order)


def unit_history(viewer: Viewer, warehouse: Published, code: str) -> list[Unit]:
    """Every validity of a unit code, oldest first; empty for a code nobody knows."""
    sql = "select {columns} from marts.dim_unit as f where f.unit_code = :code order by f.valid_from"
    return _facts(viewer, warehouse, Unit, sql, code=code)


def level_progress(viewer: Viewer, warehouse: Published, level: str, period: str, window: str) -> list[Progress]:
    """Every target of every unit of a level (`city`, `district`) in one period and window."""
    where = "f.unit_level = :level and f.period_code = :period and f.period_window = :window"
    return _progress(viewer, warehouse, where, level=level, period=period, window=window)


def unit_progress(viewer: Viewer, warehouse: Published, unit: str, period: str, window: str) -> list[Progress]:
    """Every target of one unit in one period and window."""
    where = "f.unit_code = :unit and f.period_code = :period and f.period_window = :window"
    return _progress(viewer, warehouse, where, unit=unit, period=period, window=window)


def ward_progress(viewer: Viewer, warehouse: Published, parent: str, period: str, window: str) -> list[Progress]:
    """Every target of every ward under a unit in one period and window."""
    where = (
        "f.unit_level = 'ward' and f.parent_code = :parent and f.period_code = :period and f.period_window = :window"
    )
    return _progress(viewer, warehouse, where, parent=parent, period=period, window=window)


def unit_trend(viewer: Viewer, warehouse: Published, unit: str, window: str, until: str) -> list[Progress]:
    """Every target of one unit in every period up to and including `until`, oldest first."""
    where = "f.unit_code = :unit and f.period_window = :window and f.period_code <= :until"
    return _progress(viewer, warehouse, where, unit=unit, window=window, until=until)


def target_trend(
    viewer: Viewer, warehouse: Published, target: str, level: str, window: str, until: str
) -> list[Progress]:
    """One target for every unit of a level in every period up to and including `until`, oldest first."""
    where = """f.target_code = :target and f.unit_level = :level and f.period_window = :window
               and f.period_code <= :until"""
    return _progress(viewer, warehouse, where, target=target, level=level, window=window, until=until)


def reports(viewer: Viewer, warehouse: Published, unit: str) -> list[Report]:
    """What became of a reporter's workbook, one row a quarter, newest first.

    A workbook is one submission of many forms: its state is that of the forms that came, late if any was;
    forms that did not come are counted beside it.
    """
    sql = """
        with quarters as (
            select f.period_code, min(f.due_date) as due_date, min(f.received_at) as received_at,
                max(f.version) as version, max(f.days_late) as days_late,
                max(case when f.is_corrected then 1 else 0 end) = 1 as is_corrected,
                sum(case when f.state in ('on_time', 'late') then 1 else 0 end) as received_count,
                sum(case when f.state = 'late' then 1 else 0 end) as late_count,
                min(case when f.state not in ('on_time', 'late') then f.state end) as absence,
                sum(case when f.state = 'missing' then 1 else 0 end) as missing_count
            from marts.fct_reporting as f
            where f.reporter_code = :unit and f.is_expected
            group by f.period_code
        )
        select period_code, due_date, received_at,
            case when late_count > 0 then 'late' when received_count > 0 then 'on_time' else absence end as state,
            version, days_late, is_corrected,
            case when received_count > 0 then cast(missing_count as bigint) else 0 end as missing_form_count
        from quarters order by period_code desc
    """
    return _facts(viewer, warehouse, Report, sql, unit=unit)


def submissions(viewer: Viewer, warehouse: Published, unit: str, period: str) -> list[Submission]:
    """Every workbook a reporter sent for a period, in the order received."""
    sql = """
        select {columns} from marts.fct_submission as f
        where f.reporter_code = :unit and f.period_code = :period order by f.received_at
    """
    return _facts(viewer, warehouse, Submission, sql, unit=unit, period=period)


def revisions(viewer: Viewer, warehouse: Published, reporter: str) -> list[Revision]:
    """Every cell that a reporter's later versions changed, newest period first."""
    sql = """
        select f.period_code, f.version, f.form_code, f.unit_code, u.name_vi as unit_name_vi, u.name_en as unit_name_en,
            f.category_code, f.measure_code, coalesce(m.name_vi, f.measure_code) as measure_vi,
            coalesce(m.name_en, f.measure_code) as measure_en, f.old_value, f.new_value
        from marts.fct_revision as f
        left join marts.dim_unit as u on f.unit_code = u.unit_code and f.unit_valid_from = u.valid_from
        left join marts.dim_measure as m on f.measure_code = m.measure_code and f.form_code = m.form_code
        where f.reporter_code = :reporter
        order by f.period_code desc, f.version desc, f.form_code, f.unit_code, f.measure_code
    """
    return access.protect_revisions(viewer, _facts(viewer, warehouse, Revision, sql, reporter=reporter))


def tasks(viewer: Viewer, warehouse: Published, unit: str, period: str) -> list[TaskProgress]:
    """The plan's work contents in one unit and period, in the plan's order."""
    sql = """
        select f.task_code, t.name_vi, t.name_en, t.lead_vi, t.lead_en, f.status, f.percent_done,
            f.evidence_reference, f.note, f.due_period_code, f.is_overdue
        from marts.fct_task_progress as f
        inner join marts.dim_task as t on f.task_code = t.task_code
        where f.unit_code = :unit and f.period_code = :period
        order by t.display_order
    """
    return _facts(viewer, warehouse, TaskProgress, sql, unit=unit, period=period)


def _progress(viewer: Viewer, warehouse: Published, where: str, **parameters: Any) -> list[Progress]:
    sql = f"""
        select {{columns}} from marts.fct_target_progress as f
        where {where} order by f.target_code, f.unit_code, f.period_code
    """
    rows = _facts(viewer, warehouse, Progress, sql, **parameters)
    if viewer.may(Right.SMALL_COUNTS):
        return rows
    return access.protect(viewer, rows, *_sensitive(warehouse))


@lru_cache(maxsize=4)
def _sensitive(warehouse: Published) -> tuple[frozenset[str], frozenset[access.HiddenUnit]]:
    """The sensitive targets and what of them is hidden; the same for every viewer of one version."""
    sql = """
        with parts as (
            select f.target_code, f.unit_code, f.parent_code, substr(f.period_code, 1, 4) as year, f.denominator,
                case when f.numerator > 0 then f.numerator end as counted,
                case when f.denominator > f.numerator then f.denominator - f.numerator end as left_over
            from marts.fct_target_progress as f
            inner join marts.dim_target as t on f.target_code = t.target_code
            where t.is_sensitive and f.unit_level = 'district'
        )
        select target_code, unit_code, parent_code, year,
            least(min(counted), min(left_over), min(case when denominator > 0 then denominator end)) as least,
            max(denominator) as size
        from parts group by target_code, unit_code, parent_code, year
    """
    with warehouse.engine.connect() as connection:
        counts = [SensitiveCount(**row._mapping) for row in connection.execute(text(sql))]
        codes = connection.execute(text("select target_code from marts.dim_target where is_sensitive"))
        return frozenset(codes.scalars()), access.hidden_units(counts)


def _facts(viewer: Viewer, warehouse: Published, fact: type[Fact], sql: str, **parameters: Any) -> list[Fact]:
    access.require(viewer, Right.READ)
    names = [item.name for item in fields(fact)]  # type: ignore[arg-type]
    # DuckDB's driver imports pandas (94 MB, 0.8 s) for the first bound value; quoted by SQLAlchemy it does not.
    values: list[BindParameter[Any]] = [
        bindparam(name, value, literal_execute=True) for name, value in parameters.items()
    ]
    statement = text(sql.replace("{columns}", ", ".join(f"f.{name}" for name in names))).bindparams(*values)
    with warehouse.engine.connect() as connection:
        return [fact(*row) for row in connection.execute(statement)]


def _reading_order(unit: Unit) -> tuple[int, int, str]:
    """Numbered units by number, then named ones by letter, then the city within the city, then rural ones."""
    label = unit.tile_label or unit.name_vi
    digits = re.search(r"\d+", label)
    places = {"quan": 0, "phuong": 0, "thanh_pho": 1, "dac_khu": 1, "thi_tran": 2, "huyen": 3, "xa": 3}
    plain = unicodedata.normalize("NFD", label.replace("Đ", "D").replace("đ", "d"))
    letters = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return places.get(unit.unit_type, 4), int(digits.group()) if digits else 10_000, letters
