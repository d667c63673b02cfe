"""SQL for the cells that a ward reported."""

from __future__ import annotations

from app.core import access
from app.core.reader import Reader
from app.queries.fetch import fetch, fetch_across_units
from app.records.ward import Category, ReportedCell
from warehouse.plan.levels import levels


def reported_cells(reader: Reader, unit: str, period: str) -> list[ReportedCell]:
    """Return every cell of the forms that wards fill in, in the forms' order, for one ward and period.

    Empty when no report of the ward counts in that period; small counts are protected.
    """
    sql = """
        with own as (
            select f.form_code, f.measure_code, f.category_code, f.measure_value, f.answer_code,
                f.submission_version
            from marts.fct_measure as f
            where f.unit_code = :unit and f.period_code = :period
        ),
        cells as (
            select distinct f.form_code, f.measure_code, f.category_code
            from marts.fct_measure as f
            where f.unit_level = :base and f.period_code = :period
        )
        select cells.form_code, m.form_name_vi, m.form_name_en, m.position, cells.measure_code, m.name_vi, m.name_en,
            m.unit_vi, m.unit_en, m.data_type, m.row_dimension_code, cells.category_code, own.measure_value,
            own.answer_code, own.submission_version, m.is_sensitive
        from cells
        inner join marts.dim_measure as m
            on cells.measure_code = m.measure_code and cells.form_code = m.form_code
        left join own
            on cells.form_code = own.form_code and cells.measure_code = own.measure_code
            and cells.category_code = own.category_code
        where exists (select 1 from own)
        order by m.form_order, m.position, cells.category_code
    """
    # The cells of a form are those that any ward filled in.
    rows = fetch_across_units(reader, ReportedCell, sql, unit=unit, period=period, base=levels().base)
    return access.protect_cells(reader.viewer, rows, unit)


def row_categories(reader: Reader) -> list[Category]:
    """Return the categories of which forms have a row each, such as types of establishments, in the lists' order."""
    sql = """
        select f.dimension_code, f.category_code, f.name_vi, f.name_en from marts.dim_category as f
        where f.dimension_code in (select row_dimension_code from marts.dim_measure)
        order by f.dimension_code, f.category_order
    """
    return fetch(reader, Category, sql)
