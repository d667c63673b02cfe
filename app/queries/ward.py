"""SQL for the cells that a ward reported."""

from __future__ import annotations

from dataclasses import dataclass, replace

from app.core import access
from app.core.reader import Reader
from app.queries.fetch import fetch, fetch_across_units
from app.records.ward import Category, ReportedCell
from warehouse.plan.levels import levels


@dataclass(frozen=True, slots=True)
class _Value:
    form_code: str
    measure_code: str
    category_code: str
    measure_value: float | None
    answer_code: str | None
    submission_version: int | None


def reported_cells(reader: Reader, unit: str, period: str) -> list[ReportedCell]:
    """Return every cell of the forms that wards fill in, in the forms' order, for one ward and period.

    Empty when no report of the ward counts in that period; small counts are protected.
    """
    own = "select {columns} from marts.fct_measure as f where f.unit_code = :unit and f.period_code = :period"
    values = {
        (value.form_code, value.measure_code, value.category_code): value
        for value in fetch_across_units(reader, _Value, own, unit=unit, period=period)
    }
    if not values:
        return []
    rows = [
        _with_value(cell, values.get((cell.form_code, cell.measure_code, cell.category_code)))
        for cell in _cells(reader, period)
    ]
    return access.protect_cells(reader.viewer, rows, unit)


def _with_value(cell: ReportedCell, own: _Value | None) -> ReportedCell:
    if own is None:
        return cell
    return replace(cell, value=own.measure_value, answer=own.answer_code, version=own.submission_version)


def _cells(reader: Reader, period: str) -> list[ReportedCell]:
    """Return the cells of the forms without values: those that any ward filled in, which all wards' pages share."""
    sql = """
        with cells as (
            select distinct f.form_code, f.measure_code, f.category_code
            from marts.fct_measure as f
            where f.unit_level = :base and f.period_code = :period
        )
        select cells.form_code, m.form_name_vi, m.form_name_en, m.position, cells.measure_code, m.name_vi, m.name_en,
            m.unit_vi, m.unit_en, m.data_type, m.row_dimension_code, cells.category_code, null as value,
            null as answer, null as version, m.is_sensitive, false as is_hidden
        from cells
        inner join marts.dim_measure as m
            on cells.measure_code = m.measure_code and cells.form_code = m.form_code
        order by m.form_order, m.position, cells.category_code
    """
    return fetch_across_units(reader, ReportedCell, sql, period=period, base=levels().base)


def row_categories(reader: Reader) -> list[Category]:
    """Return the categories of which forms have a row each, such as types of establishments, in the lists' order."""
    sql = """
        select f.dimension_code, f.category_code, f.name_vi, f.name_en from marts.dim_category as f
        where f.dimension_code in (select row_dimension_code from marts.dim_measure)
        order by f.dimension_code, f.category_order
    """
    return fetch(reader, Category, sql)
