"""HTML of how a unit's report of the quarter stands by now: the phrase for it, and what must be mended."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from app.analysis.report_phrase import report_phrase
from app.analysis.report_state import by_reporter_quarter, report_now
from app.core import access
from app.core.page_context import NOTHING, Context
from app.pages.shared.problem_tables import problem_tables
from app.queries import registry
from app.records.reporters import ReporterPeriod
from app.ui.page_header import remark
from app.ui.status import chip_saying
from warehouse.intake import REJECTED, Problem


@dataclass(frozen=True, slots=True)
class ReportStanding:
    """A report by now; of one that must be mended the errors of the newest workbook, or why the department sent it
    back. `is_withheld`: these are kept from the viewer."""

    report: ReporterPeriod
    problems: Sequence[Problem] = ()
    reason: str = ""
    is_withheld: bool = False


def standing_of(context: Context, published: ReporterPeriod) -> ReportStanding:
    """How a report stands by what the registry knows beyond the published figures."""
    reader = context.reader
    submissions = registry.submissions(reader, published.reporter_code, published.period_code)
    report = report_now(published, by_reporter_quarter(submissions))
    if report.state != "rejected" or not submissions:
        return ReportStanding(report)
    if access.hides_findings(context.viewer, published.reporter_code):
        return ReportStanding(report, is_withheld=True)
    newest = submissions[0]
    problems = registry.problems(reader, newest.submission.submission_id) if newest.state == REJECTED else ()
    return ReportStanding(report, problems, newest.reason or "")


def standing_chip(context: Context, standing: ReportStanding) -> Markup:
    """The state in its sign, colour and phrase."""
    report = standing.report
    return chip_saying(report.state, report_phrase(report, context.publication.as_of_date, context.words))


def to_mend(context: Context, standing: ReportStanding) -> Markup:
    """Why the department sent the report back, and its errors cell by cell; nothing of one that has none."""
    words = context.words
    if standing.is_withheld:
        return remark(words("received.findings_left_out"))
    drawn = remark(words("received.reason", reason=standing.reason)) if standing.reason else NOTHING
    if standing.problems:
        title = words("check.problems", count=len(standing.problems))
        fold = Markup("<details open id='to-mend'><summary>{}</summary>{}</details>")
        drawn += fold.format(title, problem_tables(standing.problems, words, title))
    return drawn
