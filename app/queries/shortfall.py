"""SQL for shortfalls on a target below a row that has not met it."""

from __future__ import annotations

from app.core import access
from app.core.access import Right
from app.core.reader import Reader
from app.queries.fetch import fetch
from app.records import Target
from app.records.shortfall import Shortfall


def shortfalls(reader: Reader, target: Target, unit: str, period: str, window: str) -> list[Shortfall]:
    """Return the late units below a unit on a target, largest shortfall first; empty where the counts are protected."""
    access.require(reader.viewer, Right.READ)
    if access.hides_parts(reader.viewer, target, unit):
        return []
    sql = """
        select {columns} from marts.fct_target_shortfall as f
        where f.target_code = :target and f.row_unit_code = :unit
            and f.period_code = :period and f.period_window = :window
        order by f.shortfall_rank
    """
    code = target.target_code
    return fetch(reader, Shortfall, sql, target=code, unit=unit, period=period, window=window)
