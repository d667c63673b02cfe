"""Report form: one unit's report of a quarter, filled in on the page instead of in a workbook."""

from __future__ import annotations

from markupsafe import Markup

from app.core import access, formatting
from app.core.i18n import words
from app.core.page_context import Context, Page, UnknownCodeError
from app.core.url_state import State
from app.forms.report_form import ReportAnswer
from app.pages.report_form.sections import form_section, head, own_reporters, receipt, unit_choice
from app.pages.shared.reporting import reporting_units
from app.queries import report_form
from app.ui import layout, page_header
from app.ui.choices import Link
from app.ui.templates import render
from warehouse.intake import WebForm


def page(context: Context, answer: ReportAnswer | None = None) -> Page:
    """Render the form of the unit in the address, after what was just sent (`answer`), if anything; the receipt that
    the address names; a note for a unit that sends a workbook instead."""
    state = context.state
    unit = state.unit
    fillers = report_form.fillers(context.reader, state.period)
    if unit is None and fillers and own_reporters(context):
        return Page(words("report_form.name"), _choice(context))
    if unit is not None and unit not in {unit.unit_code for unit in reporting_units(context)}:
        raise UnknownCodeError("unit", unit)
    if unit is None or unit not in fillers:
        reports = unit is None or report_form.reports_now(context.reader, unit, state.period)
        return _instead(state, "workbook" if reports else "replanned")
    if not access.may_fill(context.viewer, unit):
        return _instead(state, "denied")
    sent = report_form.landed(context.reader, int(state.get("sent") or 0), unit, state.period)
    if sent:
        title = words("report_form.done", unit=context.unit_name(unit), period=words.period(state.period))
        return Page(words("report_form.name"), page_header.lead(title) + receipt(state, sent))
    form = answer.form if answer else report_form.web_form(context.reader, unit, state.period)
    if not form.is_begun:
        return _not_begun(context, form)
    return Page(words("report_form.name"), head(context, form) + form_section(state, form, answer))


def _choice(context: Context) -> Markup:
    """Render the choice of the unit that reports."""
    state = context.state
    reporters = own_reporters(context)
    links = [Link(state.href(unit=reporter.unit_code), words.of(reporter, "name")) for reporter in reporters]
    title = words("report_form.whose", period=words.period(state.period))
    return page_header.opening(unit_choice(context, placeholder=True), title) + render(
        "pages/report_form/choice.html", ways=links
    )


def _instead(state: State, why: str) -> Page:
    """Render why there is no form here, and the link to the workbook of a unit that may send one."""
    way = Link(state.href("submit", unit=state.unit), words("report_form.way_workbook"))
    links = [] if why == "replanned" else [way]
    body = layout.message(words(f"report_form.{why}_title"), words(f"report_form.{why}_text"), links)
    return Page(words("report_form.name"), body)


def _not_begun(context: Context, form: WebForm) -> Page:
    state = context.state
    begun = [period.period_code for period in context.periods if period.has_begun]
    links = [
        Link(state.href(period=code), words("report_form.way_begun", period=words.period(code))) for code in begun[-1:]
    ]
    title = words("report_form.early_title", period=words.period(state.period))
    text = words("report_form.early_text", start=formatting.date(form.period.start_date))
    return Page(words("report_form.name"), layout.message(title, text, links))
