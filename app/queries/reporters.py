"""SQL for who reports, quarter by quarter."""

from __future__ import annotations

from app.core.reader import Reader
from app.queries.ask import ask
from app.records.reporters import Punctuality, ReporterPeriod


def calendar(reader: Reader, first: str, last: str) -> list[ReporterPeriod]:
    """What became of every expected workbook from the quarter `first` to the quarter `last`."""
    sql = """
        select {columns} from marts.fct_reporter_period as f
        where f.period_code between :first and :last order by f.reporter_code, f.period_code
    """
    return ask(reader, ReporterPeriod, sql, first=first, last=last)


def punctuality(reader: Reader, until: str) -> dict[str, Punctuality]:
    """Every reporter's reports that were due, up to and including a quarter, by reporter; of history nobody knows
    whether it came in time."""
    sql = """
        with due as (
            select reporter_code, count(*) as due_count,
                count(*) filter (where state in ('on_time', 'late')) as received_count,
                count(*) filter (where state = 'on_time') as on_time_count,
                count(*) filter (where is_corrected) as corrected_count,
                cast(sum(rejected_count) as bigint) as rejected_count
            from marts.fct_reporter_period
            where is_due and state <> 'history' and period_code <= :until group by reporter_code
        )
        select due.*, 100.0 * on_time_count / due_count as on_time_share_pct from due
    """
    return {row.reporter_code: row for row in ask(reader, Punctuality, sql, until=until)}
