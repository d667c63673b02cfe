"""What a district sent: its work contents, its reports and corrections; and the page's tables as files."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from app.analysis import task_summary
from app.core.i18n import Markup
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
    words, state, ask = context.words, context.state, (context.viewer, context.warehouse)
    code, known = unit.unit_code, {task.task_code: task for task in asked.tasks(*ask)}
    items = task_summary.chosen(asked.states(*ask, state.period), None, code, None, [code])

    def link(task: str | None = None, unit: str | None = None) -> str:
        return state.href("tasks", task=task, unit=unit or code)

    listed = work_list(items, known, {code: unit}, link, words, (None, code))
    way = page_header.link_to(link(), words("district.all_tasks"))
    return layout.section(words("tasks.title"), Markup(f"{listed}<p>{way}</p>"), "", "tasks")


def reports(context: Context, unit: Unit) -> Markup:
    """This quarter's report and corrections, then the older ones folded."""
    words, code, period = context.words, unit.unit_code, context.state.period
    ask = (context.viewer, context.warehouse)
    sent, came = reporting.reports(*ask, code), reporting.submissions(*ask, code, period)
    shown = unit_reports.reports_block(sent, came, period, words)
    corrected = unit_reports.revisions_block(reporting.revisions(*ask, code), period, words)
    return layout.section(words("reports.title"), shown, "", "reports") + layout.section(
        words("revisions.heading"), corrected, words("revisions.note"), "revisions"
    )


def files(context: Context, facts: DistrictFacts, wards: Wards) -> Mapping[str, Callable[[], Sheet]]:
    """The tables of the page as raw values."""
    words, rows = context.words, [*facts.rows, *facts.others]

    def figures() -> Sheet:
        return progress_sheet(words("profile.title"), rows, context.targets, facts.names, words)

    return {"figures": figures, "wards": sheet(context, wards)}
