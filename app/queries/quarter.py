"""What the quarterly report asks besides figures."""

from __future__ import annotations

from app.core.reader import Reader
from app.queries.ask import ask
from app.records.quarter import ReporterState


def reporter_states(reader: Reader, period: str) -> list[ReporterState]:
    """What became of each expected reporter's workbook of one quarter, by code."""
    sql = """
        select f.reporter_code, u.name_vi, u.name_en, f.state, f.days_late, f.is_corrected,
            case when f.received_form_count > 0 then f.missing_form_count else 0 end as missing_form_count
        from marts.fct_reporter_period as f
        inner join marts.dim_unit as u on f.reporter_code = u.unit_code and f.reporter_valid_from = u.valid_from
        where f.period_code = :period
        order by f.reporter_code
    """
    return ask(reader, ReporterState, sql, period=period)
