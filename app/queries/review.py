"""What the review asks: who reported, and what an earlier version showed."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from sqlalchemy.exc import SQLAlchemyError

from app.core.reader import Reader
from app.queries import progress
from app.queries.ask import ask
from app.records import Progress
from app.records.review import CountedReport, ReporterState

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ShownFigures:
    """What one version shows of a quarter: figures by (target, unit), and the reports that count in its year."""

    figures: dict[tuple[str, str], Progress]
    reports: tuple[CountedReport, ...]


def reporter_states(reader: Reader, period: str) -> list[ReporterState]:
    """What became of every expected workbook of a period."""
    sql = """
        select f.reporter_code, u.name_vi, u.name_en, u.short_name_vi, u.short_name_en, f.state, f.version,
            f.days_late, f.is_corrected
        from marts.fct_reporter_period as f
        inner join marts.dim_unit as u on f.reporter_code = u.unit_code and f.reporter_valid_from = u.valid_from
        where f.period_code = :period order by f.reporter_code
    """
    return ask(reader, ReporterState, sql, period=period)


def shown(reader: Reader, period: str, window: str) -> ShownFigures | None:
    """The figures of the city and of what reports to it; None where an old version lacks what is asked for."""
    chosen = (period, window)
    try:
        units = progress.reporter_progress(reader, *chosen)
        rows = [*progress.level_progress(reader, "city", *chosen), *units]
        reports = _counted_reports(reader, f"{period[:4]}Q1", period)
    except SQLAlchemyError:
        # A version held years ago may lack a column that came later: the review goes on without the comparison.
        log.warning("version %s cannot be compared with", reader.warehouse.version)
        return None
    return ShownFigures({(row.target_code, row.unit_code): row for row in rows}, tuple(reports))


def _counted_reports(reader: Reader, since: str, until: str) -> list[CountedReport]:
    sql = """
        select {columns} from marts.fct_submission as f
        where f.is_counting and f.period_code between :since and :until
        order by f.period_code, f.reporter_code
    """
    return ask(reader, CountedReport, sql, since=since, until=until)
