"""Reports that units owe and sent: who reports, the state of one report, the sections of a reporter's page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from app.analysis import progress_summary, task_summary
from app.analysis.report_phrase import report_phrase
from app.analysis.report_state import by_reporter_quarter, report_now
from app.core import access
from app.core.i18n import words
from app.core.page_context import NOTHING, Context
from app.core.reader import Reader
from app.core.url_state import State
from app.figures.task_matrix.html import Picked, task_list
from app.pages.shared.submissions import problem_tables, report_form_link
from app.queries import registry, reporters, reporting
from app.queries import tasks as task_queries
from app.records import Progress, Publication, Revision, Submission, Unit
from app.records.reporters import ReporterPeriod
from app.records.tasks import Task, TaskState
from app.ui import layout
from app.ui.page_header import link_to, remark
from app.ui.status import chip_saying
from app.ui.tables import reports_table, revisions_table, submissions_line
from warehouse.intake import REJECTED, Problem


def reporting_units(context: Context) -> list[Unit]:
    """Return the city's agencies where they fill a form, then the districts or the communes."""
    is_city_among = context.period.reporter_count > len(context.reporters)
    return [*([context.city] if is_city_among else []), *context.reporters]


@dataclass(frozen=True, slots=True)
class ReportStanding:
    """A report by now; of a rejected one the errors of the newest workbook, or why the department returned it.
    `is_withheld`: these are hidden from the viewer."""

    report: ReporterPeriod
    problems: Sequence[Problem] = ()
    reason: str = ""
    is_withheld: bool = False


def standing_of(context: Context, published: ReporterPeriod) -> ReportStanding:
    """Return the state of a report by what the registry knows beyond the published figures."""
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


def standing_chip(publication: Publication, standing: ReportStanding) -> Markup:
    """Render the state in its sign, colour and phrase."""
    report = standing.report
    return chip_saying(report.state, report_phrase(report, publication.as_of_date))


def to_mend(standing: ReportStanding) -> Markup:
    """Render why the department returned the report, and its errors cell by cell; empty for a report without any."""
    if standing.is_withheld:
        return remark(words("received.findings_left_out"))
    html = remark(words("received.reason", reason=standing.reason)) if standing.reason else NOTHING
    if standing.problems:
        title = words("check.problems", count=len(standing.problems))
        fold = Markup("<details open id='to-mend'><summary>{}</summary>{}</details>")
        html += fold.format(title, problem_tables(standing.problems, title))
    return html


@dataclass(frozen=True, slots=True)
class ReporterReports:
    """Reports of a unit: of every quarter, the one of the chosen quarter by now (None where none was due), its
    workbooks, the cells it corrected."""

    reports: Sequence[ReporterPeriod]
    standing: ReportStanding | None
    submissions: Sequence[Submission]
    revisions: Sequence[Revision]


@dataclass(frozen=True, slots=True)
class ReporterTasks:
    """The plan's work contents by code, and their states in one unit, overdue first."""

    tasks: Mapping[str, Task]
    states: Sequence[TaskState]


def reporter_reports(context: Context, unit: Unit) -> ReporterReports:
    """Return the reports of a unit, of every quarter."""
    reader = context.reader
    reports = reporters.reports(reader, unit.unit_code)
    published = next((report for report in reports if report.period_code == context.state.period), None)
    return ReporterReports(
        reports=reports,
        standing=standing_of(context, published) if published else None,
        submissions=reporting.submissions(reader, unit.unit_code, context.state.period),
        revisions=reporting.revisions(reader, unit.unit_code),
    )


def reporter_tasks(reader: Reader, state: State, unit: Unit) -> ReporterTasks:
    """Return the work contents of the plan in a unit in the chosen quarter."""
    states = task_queries.states(reader, state.period)
    return ReporterTasks(
        tasks={task.task_code: task for task in task_queries.tasks(reader, state.period)},
        states=task_summary.chosen(states, None, [unit.unit_code], None, [unit.unit_code]),
    )


def tasks_section(state: State, reporter: Unit, known: ReporterTasks) -> Markup:
    """Render the plan's work contents of a unit, overdue first."""

    def link(task: str | None = None, unit: str | None = None) -> str:
        return state.href("tasks", task=task, unit=unit or reporter.unit_code)

    if not known.states:
        return layout.section(words("tasks.title"), remark(words("tasks.none_here")), "", "tasks")
    units = {reporter.unit_code: reporter}
    listed = task_list(known.states, known.tasks, units, link, Picked(unit=reporter.unit_code))
    body = listed + Markup("<p>{}</p>").format(link_to(link(), words("district.all_tasks")))
    return layout.section(words("tasks.title"), body, "", "tasks")


def report_line(context: Context, sent: ReporterReports) -> Markup:
    """Render the state of this quarter's report, with the link to the last quarter that has figures if it has none."""
    state = context.state
    if sent.standing is None:
        return NOTHING
    report = sent.standing.report
    phrase = report_phrase(report, context.publication.as_of_date)
    text = words.markup("reports.line", phrase=link_to(state.within("reports"), phrase))
    last = next((report for report in sent.reports if report.period_code < state.period and report.version), None)
    if report.version or last is None:
        return text
    link = link_to(state.href(period=last.period_code), words.period(last.period_code))
    return text + " " + words.markup("reports.last_figures", period=link)


def kept_line(rows: Sequence[Progress], courses: Mapping[str, Sequence[Progress]]) -> Markup:
    """Render how many figures of a unit are kept from which earlier quarters, because its report of this one does not
    count; empty where none is."""
    kept = progress_summary.kept(rows, courses)
    if not kept.periods:
        return NOTHING
    return words.markup(
        "reports.kept", count=kept.count, periods=words.listed([words.period(code) for code in kept.periods])
    )


def reports_section(context: Context, sent: ReporterReports, way: Markup = NOTHING) -> Markup:
    """Render the state of this quarter's report, its errors, the link `way` to send it, then the older quarters
    folded."""
    period, today = context.state.period, context.publication.as_of_date
    older = [report for report in sent.reports if report.period_code < period]
    body = submissions_line(sent.submissions)
    if sent.standing:
        body += reports_table([sent.standing.report], today) + to_mend(sent.standing)
    else:
        body += remark(words("reports.none_now"))
    if way:
        body += Markup("<p class='ways'>{}</p>").format(way)
    if older:
        title = words("reports.older", count=len(older))
        fold = Markup("<details id='older'><summary>{}</summary>{}</details>")
        body += fold.format(title, reports_table(older, today))
    return layout.section(words("reports.title"), body, "", "reports")


def revisions_section(state: State, sent: ReporterReports) -> Markup:
    """Render cells corrected in this quarter, then those of other quarters folded."""
    period = state.period
    now = [revision for revision in sent.revisions if revision.period_code == period]
    others = [revision for revision in sent.revisions if revision.period_code != period]
    none = remark(words("revisions.none_now" if others else "revisions.none"))
    link = state.href
    body = revisions_table(now, link) if now else none
    body += revisions_table(others, link, is_folded=True)
    return layout.section(words("revisions.heading"), body, words("revisions.note"), "revisions")


def reporter_sections(context: Context, unit: Unit, sent: ReporterReports) -> Markup:
    """Render a reporter's work contents beside its reports and corrections."""
    work = tasks_section(context.state, unit, reporter_tasks(context.reader, context.state, unit))
    sending = reports_section(context, sent, report_form_link(context, unit.unit_code))
    return layout.split(work, sending + revisions_section(context.state, sent))
