"""Figures of a review that are others today, told by the reports through which they changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.core import formatting
from app.core.i18n import Words
from app.records.review import ChangedFigure, CountedReport
from warehouse.desk import Review


@dataclass(frozen=True, slots=True)
class ReportChanges:
    """The figures that changed through one report; without a report those that no report explains."""

    report: CountedReport | None
    figures: tuple[ChangedFigure, ...]


def by_report(changed: Sequence[ChangedFigure]) -> list[ReportChanges]:
    """The figures by report, the report of most figures first and what no report explains last. A figure that several
    reports changed stands with each of them; within a report what moved to another status stands first, then the
    city."""
    reports = {report: None for one in changed for report in one.reports}
    figures = ranked(changed)
    groups = [ReportChanges(report, tuple(one for one in figures if report in one.reports)) for report in reports]
    groups.sort(key=lambda group: -len(group.figures))
    unexplained = tuple(one for one in figures if not one.reports)
    return [*groups, ReportChanges(None, unexplained)] if unexplained else groups


def ranked(changed: Sequence[ChangedFigure]) -> list[ChangedFigure]:
    """What moved to another status first, then the city."""
    return sorted(changed, key=lambda one: (not one.is_moved, one.now.unit_level != "city"))


def cause(report: CountedReport | None, shown_period: str, words: Words) -> str:
    """Which report it was, in a few words: a correction, one that came later, one that was sent back; its quarter where
    that is another one than `shown_period`. Without a report, that the way of counting changed."""
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


def summary(changed: Sequence[ChangedFigure] | None, review: Review, words: Words) -> str:
    """How many figures that a review showed are others today, and through which reports; or that none is, or that its
    version is gone."""
    if changed is None:
        return words("since_review.gone")
    if not changed:
        return words("since_review.none")
    reports = [group.report for group in by_report(changed)]
    return words(
        "since_review.one" if len(reports) == 1 else "since_review.many",
        count=len(changed),
        period=words.period(review.period_code),
        cause=cause(reports[0], review.period_code, words),
        others=len(reports) - 1,
    )
