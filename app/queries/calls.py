"""SQL for whom to call."""

from __future__ import annotations

from app.core.access import Right
from app.core.reader import Reader
from app.queries.ask import ask
from app.records.call import UnitCall


def unit_calls(reader: Reader, period: str, window: str) -> list[UnitCall]:
    """What the figures of every unit that reports say about calling it; without people-counts where the viewer may
    not see small ones."""
    sql = """
        select {columns} from marts.fct_unit_call as f
        where f.period_code = :period and f.period_window = :window and f.is_sensitive = :sensitive
        order by f.unit_code
    """

    def editions(sensitive: bool) -> list[UnitCall]:
        return ask(reader, UnitCall, sql, period=period, window=window, sensitive=sensitive)

    viewer = reader.viewer
    if viewer.may(Right.SMALL_COUNTS) or not viewer.own_units:
        return editions(viewer.may(Right.SMALL_COUNTS))
    own = {one.unit_code: one for one in editions(True) if viewer.may(Right.SMALL_COUNTS, one.unit_code)}
    return [own.get(one.unit_code, one) for one in editions(False)]
