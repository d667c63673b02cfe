"""What pages of a unit that reports show of its reports, corrections and work contents."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from app.analysis import progress_summary, task_summary
from app.analysis.report_phrase import report_phrase
from app.core.page_context import NOTHING, Context
from app.figures.task_matrix.html import Picked, task_list
from app.pages.shared.report_form_link import way_to_form
from app.pages.shared.report_standing import ReportStanding, standing_of, to_mend
from app.queries import reporters, reporting
from app.queries import tasks as task_queries
from app.records import Progress, Revision, Submission, Unit
from app.records.reporters import ReporterPeriod
from app.records.tasks import Task, TaskState
from app.ui import layout
from app.ui.page_header import link_to, remark
from app.ui.tables import reports_table, revisions_table, submissions_line


@dataclass(frozen=True, slots=True)
class ReporterReports:
    """What a unit sent: its report of every quarter, how that of the chosen one stands by now (None where it did not
    have to report), its workbooks, the cells it corrected."""

    reports: Sequence[ReporterPeriod]
    standing: ReportStanding | None
    submissions: Sequence[Submission]
    revisions: Sequence[Revision]


@dataclass(frozen=True, slots=True)
class ReporterTasks:
    """The plan's work contents by code, and how far they are in one unit, overdue ones first."""

    tasks: Mapping[str, Task]
    states: Sequence[TaskState]


def reporter_reports(context: Context, unit: Unit) -> ReporterReports:
    """What came from a unit, for every quarter."""
    reader = context.reader
    reports = reporters.reports(reader, unit.unit_code)
    published = next((report for report in reports if report.period_code == context.state.period), None)
    return ReporterReports(
        reports=reports,
        standing=standing_of(context, published) if published else None,
        submissions=reporting.submissions(reader, unit.unit_code, context.state.period),
        revisions=reporting.revisions(reader, unit.unit_code),
    )


def reporter_tasks(context: Context, unit: Unit) -> ReporterTasks:
    """The work contents of the plan in a unit in the chosen quarter."""
    reader = context.reader
    states = task_queries.states(reader, context.state.period)
    return ReporterTasks(
        tasks={task.task_code: task for task in task_queries.tasks(reader, context.state.period)},
        states=task_summary.chosen(states, None, [unit.unit_code], None, [unit.unit_code]),
    )


def tasks(context: Context, reporter: Unit, known: ReporterTasks) -> Markup:
    """The work contents of the plan here, overdue ones first."""
    words = context.words

    def link(task: str | None = None, unit: str | None = None) -> str:
        return context.state.href("tasks", task=task, unit=unit or reporter.unit_code)

    units = {reporter.unit_code: reporter}
    listed = task_list(known.states, known.tasks, units, link, words, Picked(unit=reporter.unit_code))
    body = listed + Markup("<p>{}</p>").format(link_to(link(), words("district.all_tasks")))
    return layout.section(words("tasks.title"), body, "", "tasks")


def report_line(context: Context, sent: ReporterReports) -> Markup:
    """What became of this quarter's report, with the way to the last quarter that has figures if it has none."""
    words, state = context.words, context.state
    if sent.standing is None:
        return NOTHING
    report = sent.standing.report
    phrase = report_phrase(report, context.publication.as_of_date, words)
    text = words.markup("reports.line", phrase=link_to(state.within("reports"), phrase))
    last = next((report for report in sent.reports if report.period_code < state.period and report.version), None)
    if report.version or last is None:
        return text
    way = link_to(state.href(period=last.period_code), words.period(last.period_code))
    return text + " " + words.markup("reports.last_figures", period=way)


def kept_line(context: Context, rows: Sequence[Progress], courses: Mapping[str, Sequence[Progress]]) -> Markup:
    """How many figures of a unit are kept from which earlier quarters, because its report of this one does not count;
    nothing where none is."""
    words = context.words
    kept = progress_summary.kept(rows, courses)
    if not kept.periods:
        return NOTHING
    return words.markup(
        "reports.kept", count=kept.count, periods=words.listed([words.period(code) for code in kept.periods])
    )


def reports(context: Context, sent: ReporterReports, way: Markup = NOTHING) -> Markup:
    """What became of this quarter's report, what must be mended in it, `way` to send it, then the older quarters
    folded."""
    words, period, today = context.words, context.state.period, context.publication.as_of_date
    older = [report for report in sent.reports if report.period_code < period]
    body = submissions_line(sent.submissions, words)
    if sent.standing:
        body += reports_table([sent.standing.report], today, words) + to_mend(context, sent.standing)
    else:
        body += remark(words("reports.none_now"))
    if way:
        body += Markup("<p class='ways'>{}</p>").format(way)
    if older:
        title = words("reports.older", count=len(older))
        fold = Markup("<details id='older'><summary>{}</summary>{}</details>")
        body += fold.format(title, reports_table(older, today, words))
    return layout.section(words("reports.title"), body, "", "reports")


def revisions(context: Context, sent: ReporterReports) -> Markup:
    """Cells corrected in this quarter, then those of other quarters folded."""
    words, period = context.words, context.state.period
    now = [revision for revision in sent.revisions if revision.period_code == period]
    others = [revision for revision in sent.revisions if revision.period_code != period]
    none = remark(words("revisions.none_now" if others else "revisions.none"))
    link = context.state.href
    body = revisions_table(now, link, words) if now else none
    body += revisions_table(others, link, words, is_folded=True)
    return layout.section(words("revisions.heading"), body, words("revisions.note"), "revisions")


def sections(context: Context, unit: Unit, sent: ReporterReports) -> Markup:
    """A reporter's work contents beside its reports and corrections."""
    work = tasks(context, unit, reporter_tasks(context, unit))
    sending = reports(context, sent, way_to_form(context, unit.unit_code))
    return layout.split(work, sending + revisions(context, sent))
