"""SQL for calls to units."""

from __future__ import annotations

from app.core.access import Right
from app.core.reader import Reader
from app.queries.fetch import fetch
from app.records.call import UnitCall


def unit_calls(reader: Reader, period: str, window: str) -> list[UnitCall]:
    """Return the call reasons of every reporting unit.

    Without those from counts of people where the viewer may not see small counts.
    """
    sql = """
        select {columns} from marts.fct_unit_call as f
        where f.period_code = :period and f.period_window = :window and f.is_sensitive = :sensitive
        order by f.unit_code
    """

    def editions(sensitive: bool) -> list[UnitCall]:
        return fetch(reader, UnitCall, sql, period=period, window=window, sensitive=sensitive)

    viewer = reader.viewer
    if viewer.may(Right.SMALL_COUNTS) or not viewer.own_units:
        return editions(viewer.may(Right.SMALL_COUNTS))
    own = {call.unit_code: call for call in editions(True) if viewer.may(Right.SMALL_COUNTS, call.unit_code)}
    return [own.get(call.unit_code, call) for call in editions(False)]
