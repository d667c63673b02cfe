"""SQL for the review: figures and the reports they rest on, of today's version and of the one shown before."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from app.core.grouping import by_cell
from app.core.period_code import year_of
from app.core.reader import Reader
from app.queries import progress
from app.queries.ask import OtherLayoutError, ask
from app.records import Progress
from app.records.review import CountedReport

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ShownFigures:
    """What one version shows of a quarter: figures by (target, unit), and the reports that count in its year."""

    figures: dict[tuple[str, str], Progress]
    reports: tuple[CountedReport, ...]


def shown_figures(reader: Reader, period: str, window: str) -> ShownFigures | None:
    """The figures of the city and of what reports to it; None where an old version lacks what is asked for."""
    chosen = (period, window)
    try:
        units = progress.reporter_progress(reader, *chosen)
        rows = [*progress.level_progress(reader, "city", *chosen), *units]
        reports = _counted_reports(reader, year_of(period), period)
    except OtherLayoutError:
        # A version held years ago may lack a column that came later: the review goes on without the comparison.
        log.warning("version %s cannot be compared with", reader.warehouse.version)
        return None
    return ShownFigures(by_cell(rows), tuple(reports))


def _counted_reports(reader: Reader, since: str, until: str) -> list[CountedReport]:
    sql = """
        select {columns} from marts.fct_submission as f
        where f.is_counting and f.period_code between :since and :until
        order by f.period_code, f.reporter_code
    """
    return ask(reader, CountedReport, sql, since=since, until=until)
