"""Reports: who reported, late, corrected, what waits for the department; a cell opens one reporter's quarter."""

from __future__ import annotations

from functools import partial

from markupsafe import Markup

from app.core.page_context import NOTHING, Context, Page
from app.figures.calendar.html import Chosen, counts_table, punctuality_table, report_calendar, report_legend
from app.pages.reports import downloads
from app.pages.reports.card import card
from app.pages.reports.data import Reports, gather
from app.pages.reports.sections import calls, lead, lock_part
from app.pages.reports.waiting import waiting_list
from app.pages.shared import build_progress
from app.ui import layout
from app.ui.page_header import link_to, remark

# Of more reporters the calendar shows those whose report needs somebody.
MOST_ROWS = 40


def page(context: Context) -> Page:
    """What waits for a decision, the calendar up to the chosen quarter, the card that the address names."""
    words = context.words
    state = context.state
    reports = gather(context)

    def section(name: str, body: Markup, note: str = "", chart: str = "") -> Markup:
        return layout.part(context, words(f"calendar.{name}"), body, note, name, table=name, chart=chart)

    body = NOTHING if state.is_file else build_progress.place(context.publication.version)
    body += lead(context, reports)
    body += waiting_list(context, reports.undecided) + calls(context, reports)
    if state.unit:
        body += card(context, reports.names[state.unit], reports.known)
    body += section("title", _calendar(context, reports), words("calendar.note"), "calendar")
    body += lock_part(context, reports.known.locks.get(state.period))
    counts = counts_table(reports.rates, state.href, words, state.period)
    punctuality = punctuality_table(reports.punctuality, reports.names, state.href, words)
    body += layout.split(section("counts", counts), section("punctuality", punctuality))
    return Page(
        words("nav.reports"),
        body,
        downloads.tables(reports, words),
        {"calendar": partial(downloads.chart, context, reports)},
    )


def _calendar(context: Context, reports: Reports) -> Markup:
    """What became of each report: of many reporters those whose report of the quarter needs somebody, and the way to
    all of them."""
    words, state = context.words, context.state
    everybody = reports.reporters
    few = reports.in_trouble(state.unit)
    ways, shown = NOTHING, everybody
    if not state.is_file and len(everybody) > MOST_ROWS and len(few) < len(everybody):
        is_whole = state.get("show") == "all"
        shown = everybody if is_whole else few
        said = words("calendar.everybody" if is_whole else "calendar.few", shown=len(shown), count=len(everybody))
        key = "calendar.show_few" if is_whole else "calendar.show_all"
        link = link_to(state.href(show=None if is_whole else "all"), words(key))
        ways = remark(Markup("{} {}").format(said, link))
    grid = report_calendar(reports.calendar(words, shown), state.href, words, Chosen(state.unit, state.period))
    return ways + report_legend(words) + grid
