"""Reports: those owed and by whom, received, late, corrected; a cell opens one reporter's quarter."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from markupsafe import Markup

from app.core.i18n import words
from app.core.page_context import NOTHING, Context, Page
from app.figures.calendar.html import Chosen, counts_table, punctuality_table, report_calendar, report_legend
from app.pages.reports import downloads
from app.pages.reports.card import card
from app.pages.reports.data import Reports, gather
from app.pages.reports.owed import owed_section, owed_sheet, units_to_call
from app.pages.reports.sections import calls, lead, lock_part
from app.pages.reports.waiting import waiting_list
from app.pages.shared.page_parts import MOST_ROWS, find_form, find_label, in_parts
from app.pages.shared.submissions import build_strip_place
from app.pages.shared.units import units_sought
from app.records import Unit
from app.records.reporters import Punctuality
from app.ui import layout
from app.ui.page_header import link_to, remark


def page(context: Context) -> Page:
    """Render the card that the address names, what is owed over all quarters, what waits for a decision, and the
    calendar up to the chosen quarter."""
    state = context.state
    reports = gather(context)

    def section(name: str, body: Markup, note: str = "", chart: str = "") -> Markup:
        return layout.part(context, words(f"calendar.{name}"), body, note, name, table=name, chart=chart)

    body = NOTHING if state.is_file else build_strip_place(context.publication.version)
    body += lead(context, reports)
    if state.unit:
        body += card(context, reports.names[state.unit], reports.known)
    owing = units_to_call(context, reports)
    body += owed_section(context, reports, owing)
    body += waiting_list(context, reports.undecided) + calls(context, reports)
    body += section("title", _calendar(context, reports), words("calendar.note"), "calendar")
    body += lock_part(context, reports.known.locks.get(state.period))
    counts = counts_table(reports.rates, state.href, state.period)
    body += layout.split(section("counts", counts), section("punctuality", _punctuality(context, reports)))
    return Page(
        words("nav.reports"),
        body,
        {**downloads.tables(reports), "owed": partial(owed_sheet, context.publication, owing)},
        {"calendar": partial(downloads.chart, context, reports)},
    )


def _punctuality(context: Context, reports: Reports) -> Markup:
    """Render how punctual each reporter was; of many the least punctual first, and those that are sought."""
    state = context.state
    rows = reports.punctuality
    if len(rows) <= MOST_ROWS:
        return punctuality_table(rows, reports.names, state.href)
    rows.sort(key=lambda row: (row.on_time_share_pct is None, row.on_time_share_pct or 0.0))
    codes = {unit.unit_code for unit in units_sought(context, reports.reporters)}

    def draw(shown: Sequence[Punctuality]) -> Markup:
        return punctuality_table(shown, reports.names, state.href)

    return in_parts(state, [row for row in rows if row.reporter_code in codes], draw)


def _calendar(context: Context, reports: Reports) -> Markup:
    """Render the state of each report: of many reporters those whose report of the quarter needs attention, or who are
    searched for, and the link to all of them."""
    state = context.state
    everybody = reports.reporters
    more, shown = NOTHING, everybody
    if not state.is_file and len(everybody) > MOST_ROWS:
        which, shown = _shown(context, reports)
        text = words(f"calendar.{which}", shown=len(shown), count=len(everybody))
        is_whole = which == "everybody"
        key = "calendar.show_few" if is_whole else "calendar.show_all"
        link = link_to(state.href(show=None if is_whole else "all", find=None, part=None), words(key))
        more = find_form(state, find_label(context.districts)) + remark(Markup("{} {}").format(text, link))
    if not shown:
        return more + remark(words("parts.nothing"))
    calendar = reports.calendar(shown)
    grid = report_calendar(calendar, state.href, Chosen(state.unit, state.period))
    return more + report_legend(calendar) + grid


def _shown(context: Context, reports: Reports) -> tuple[str, Sequence[Unit]]:
    """Return which of many reporters the calendar shows, as the key of a text, and these reporters."""
    state, everybody = context.state, reports.reporters
    if state.get("find"):
        return "found", units_sought(context, everybody)
    if state.get("show") == "all":
        return "everybody", everybody
    few = reports.in_trouble(state.unit)
    return ("few", few) if len(few) < len(everybody) else ("first", everybody[:MOST_ROWS])
