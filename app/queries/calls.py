"""SQL for calls to units."""

from __future__ import annotations

from app.core.access import Right
from app.core.reader import Reader
from app.queries.fetch import fetch
from app.records.call import UnitCall


def unit_calls(reader: Reader, period: str, window: str) -> list[UnitCall]:
    """Return the call reasons of every reporting unit.

    Without those from counts of people where the viewer may not see small counts; of the own unit too, because it is
    called where it lies beyond the limits around the city's ratio, which contains the counts of others.
    """
    sql = """
        select {columns} from marts.fct_unit_call as f
        where f.period_code = :period and f.period_window = :window and f.is_sensitive = :sensitive
        order by f.unit_code
    """
    is_cleared = reader.viewer.may(Right.SMALL_COUNTS)
    return fetch(reader, UnitCall, sql, period=period, window=window, sensitive=is_cleared)
