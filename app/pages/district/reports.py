"""What a district sent: its work contents, its reports and corrections; and the page's tables as files."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from markupsafe import Markup

from app.analysis import task_summary
from app.core.page_context import Context
from app.core.sheet import Sheet, progress_sheet
from app.figures.task_matrix.html import work_list
from app.pages.district import unit_reports
from app.pages.district.data import DistrictFacts
from app.pages.district.wards import Wards, sheet
from app.queries import reporting
from app.queries import tasks as asked
from app.records import Unit
from app.ui import layout, page_header


def tasks(context: Context, unit: Unit) -> Markup:
    """The work contents of the plan here, overdue ones first."""
    words, state, reader = context.words, context.state, context.reader
    code, known = unit.unit_code, {task.task_code: task for task in asked.tasks(reader)}
    items = task_summary.chosen(asked.states(reader, state.period), None, code, None, [code])

    def link(task: str | None = None, unit: str | None = None) -> str:
        return state.href("tasks", task=task, unit=unit or code)

    listed = work_list(items, known, {code: unit}, link, words, (None, code))
    way = page_header.link_to(link(), words("district.all_tasks"))
    return layout.section(words("tasks.title"), Markup(f"{listed}<p>{way}</p>"), "", "tasks")


def reports(context: Context, unit: Unit) -> Markup:
    """This quarter's report and corrections, then the older ones folded."""
    words, code, period = context.words, unit.unit_code, context.state.period
    reader = context.reader
    sent, came = reporting.reports(reader, code), reporting.submissions(reader, code, period)
    shown = unit_reports.reports_block(sent, came, period, words)
    corrected = unit_reports.revisions_block(reporting.revisions(reader, code), period, words)
    return layout.section(words("reports.title"), shown, "", "reports") + layout.section(
        words("revisions.heading"), corrected, words("revisions.note"), "revisions"
    )


def files(context: Context, facts: DistrictFacts, wards: Wards) -> Mapping[str, Callable[[], Sheet]]:
    """The tables of the page as raw values."""
    words, rows = context.words, [*facts.rows, *facts.others]

    def figures() -> Sheet:
        return progress_sheet(words("profile.title"), rows, context.targets, facts.names, words)

    return {"figures": figures, "wards": sheet(context, wards)}
