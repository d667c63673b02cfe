"""SQL for whom to call."""

from __future__ import annotations

from app.core.access import Right
from app.core.reader import Reader
from app.queries.ask import ask
from app.records.call import UnitCall


def unit_calls(reader: Reader, period: str, window: str) -> list[UnitCall]:
    """What the figures of every unit that reports say about calling it; without people-counts for whoever may not see
    small ones."""
    sql = """
        select {columns} from marts.fct_unit_call as f
        where f.period_code = :period and f.period_window = :window and f.is_sensitive = :sensitive
        order by f.unit_code
    """
    sensitive = reader.viewer.may(Right.SMALL_COUNTS)
    return ask(reader, UnitCall, sql, period=period, window=window, sensitive=sensitive)
