"""Submit: take the form of a unit and quarter, check the filled files, submit them."""

from __future__ import annotations

from markupsafe import Markup, escape

from app.analysis import report_state
from app.core import formatting
from app.core.page_context import Context, Page, UnknownCodeError
from app.figures.calendar import report_status
from app.pages.shared import build_progress
from app.pages.shared.reporting_units import reporting_units
from app.pages.submit.form import Options, files_part, form_part, results_part, rules, workplace
from app.queries import reporters as found
from app.records import Unit
from app.ui import layout, page_header
from warehouse.intake import MAX_FILE_BYTES, Intake


def page(context: Context) -> Page:
    """The form to take on the left, the files to send on the right, what the check found below."""
    state, words, units = context.state, context.words, reporting_units(context)
    unit = next((one for one in units if one.unit_code == (state.unit or units[1].unit_code)), None)
    if unit is None:
        raise UnknownCodeError("unit", state.unit or "")
    title = words("submit.title", period=words.period(state.period))
    lines = [Markup(" ".join([escape(_due(context)), *_other_period(context)]))]
    take = form_part(_units(context, units, unit), _periods(context), *_chosen(context, unit), words)
    take = layout.section(words("submit.form_title"), take, words("submit.form_note"), "form")
    take += layout.section(words("submit.rules_title"), rules(words), identity="rules")
    files = layout.section(words("submit.files_title"), files_part(words, MAX_FILE_BYTES), "", "send")
    whole = workplace(take, files, results_part(words), words, MAX_FILE_BYTES)
    body = build_progress.place(context.publication.version) + page_header.lead(title, lines) + whole
    return Page(words("nav.submit"), (body,))


def _due(context: Context) -> str:
    due, period = context.period.due_date, context.period
    is_gone = context.publication.as_of_date > due
    return context.words(f"submit.{'due_gone' if is_gone else 'due'}", due=formatting.date(period.due_date))


def _other_period(context: Context) -> list[Markup]:
    """The way to the quarter whose reports are due next, when another one is chosen."""
    ended = [one.period_code for one in context.periods if one.end_date <= context.publication.as_of_date]
    if not ended or ended[-1] == context.state.period:
        return []
    told = context.words("submit.other_period", period=context.words.period(ended[-1]))
    return [page_header.link_to(context.state.href(period=ended[-1], unit=None), told)]


def _units(context: Context, units: list[Unit], chosen: Unit) -> Options:
    state, words = context.state, context.words
    return [(state.href(unit=one.unit_code), words.of(one, "name"), one is chosen) for one in units]


def _periods(context: Context) -> Options:
    state, words = context.state, context.words
    begun = [one for one in context.periods if one.start_date <= context.publication.as_of_date]
    return [
        (state.href(period=one.period_code), words.period(one.period_code), one.period_code == state.period)
        for one in reversed(begun)
    ]


def _chosen(context: Context, unit: Unit) -> tuple[str, Markup]:
    """The address of the form, and what became of the report so far with the way to its history."""
    state, words, code = context.state, context.words, unit.unit_code
    template = f"/intake/template?unit={code}&period={state.period}&lang={state.lang}"
    rows = found.calendar(context.reader, state.period, state.period)
    row = next((one for one in rows if one.reporter_code == code), None)
    if row is None:
        return template, Markup("")
    now = report_state.by_reporter(Intake.open().ledger.submissions(code, state.period))
    told = words("submit.standing", state=report_status.in_words(row, now, words))
    way = page_header.link_to(state.href("reports", unit=code), words("submit.standing_way"))
    return template, Markup(f"<span class='note'>{escape(told)} {way}</span>")
