"""Figures that have changed since a review, grouped by the reports that changed them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.core import formatting
from app.core.i18n import words
from app.core.levels import is_top
from app.records.review import ChangedFigure, CountedReport
from warehouse.desk import Review


@dataclass(frozen=True, slots=True)
class ReportChanges:
    """Figures that changed through one report; without a report, the figures that no report explains."""

    report: CountedReport | None
    figures: tuple[ChangedFigure, ...]


def by_report(changed: Sequence[ChangedFigure]) -> list[ReportChanges]:
    """Return the figures by report, the report with most figures first and figures without a report last.

    A figure that several reports changed is listed under each of them. Within a report, figures with another status
    come first, then those of the city.
    """
    reports = {report: None for figure in changed for report in figure.reports}
    figures = ranked(changed)
    groups = [
        ReportChanges(report, tuple(figure for figure in figures if report in figure.reports)) for report in reports
    ]
    groups.sort(key=lambda group: -len(group.figures))
    unexplained = tuple(figure for figure in figures if not figure.reports)
    return [*groups, ReportChanges(None, unexplained)] if unexplained else groups


def ranked(changed: Sequence[ChangedFigure]) -> list[ChangedFigure]:
    """Return figures with another status first, then those of the city."""
    return sorted(changed, key=lambda figure: (not figure.is_moved, not is_top(figure.now.unit_level)))


def cause(report: CountedReport | None, shown_period: str) -> str:
    """Return a short description of the report: a correction, a later report, or a returned report.

    It names the report's quarter where that differs from `shown_period`. Without a report, it states that the counting
    method changed.
    """
    if report is None:
        return words("cause.other")
    kind = "withdrawn" if report.is_withdrawn else "correction" if report.version > 1 else "late"
    return words(
        f"cause.{kind}" if report.period_code == shown_period else f"cause.{kind}_of",
        reporter=words.of(report, "reporter_name"),
        version=report.version,
        period=words.period(report.period_code),
        date=formatting.date(report.received_at),
    )


def summary(changed: Sequence[ChangedFigure] | None, review: Review) -> str:
    """Return how many figures of a review have changed and through which reports.

    Also that none has, or that the review's version no longer exists (`changed` is None).
    """
    if changed is None:
        return words("since_review.gone")
    if not changed:
        return words("since_review.none")
    reports = [group.report for group in by_report(changed)]
    return words(
        "since_review.one" if len(reports) == 1 else "since_review.many",
        count=len(changed),
        period=words.period(review.period_code),
        cause=cause(reports[0], review.period_code),
        others=len(reports) - 1,
    )
