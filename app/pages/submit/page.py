"""Submit: take the form of a unit and quarter, check the filled files, submit them."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from app.core import access, formatting, permissions
from app.core.i18n import words
from app.core.page_context import NOTHING, Context, Page, UnknownCodeError
from app.pages.shared.reporting import reporting_units, standing_chip, standing_of, to_mend
from app.pages.shared.submissions import all_forms_address, build_strip_place, form_address, report_form_link
from app.pages.submit import bundles
from app.queries import reporters
from app.records import Unit
from app.ui import layout, page_header
from app.ui.choices import links, select
from app.ui.fields import by_field
from app.ui.templates import render
from warehouse.intake import MAX_FILE_BYTES

ACCEPTED_KINDS = ".xlsx,.xlsm,.xls,.ods,.zip,.csv"
MEGABYTE = 1_000_000
# Texts that only the page's script shows.
SCRIPT_TEXTS = ("waiting", "sending", "checking", "changed", "offline", "required", "close", "details")


def page(context: Context) -> Page:
    """Render the form to take on the left, the files to send on the right, the findings below."""
    reporting = reporting_units(context)
    units = [unit for unit in reporting if access.may_fill(context.viewer, unit.unit_code)]
    if not units:
        nobody = words("submit.none_of_yours" if reporting else "submit.nobody")
        return Page(words("nav.submit"), _lead(context) + page_header.remark(nobody))
    unit = _chosen(context, reporting, units)
    body = build_strip_place(context.publication.version) + _lead(context)
    body += render(
        "pages/submit/submit.html",
        form=_form_section(context, units, unit),
        files=_files_section(),
        limit=MAX_FILE_BYTES,
        megabytes=MAX_FILE_BYTES // MEGABYTE,
        script_texts=SCRIPT_TEXTS,
        bundle_texts=bundles.script_texts(),
        note_all=words.markup("bundle.note_all", count=Markup("<b>0</b>")),
        all_ready=words.markup("submit.all", count=Markup("<b>2</b>")),
    )
    return Page(words("nav.submit"), body)


def _chosen(context: Context, reporting: Sequence[Unit], units: Sequence[Unit]) -> Unit:
    """Return the unit in the address, else the first of the `units` that the viewer sends reports of.

    Raises `UnknownCodeError`, and `AccessDeniedError` for another unit that reports.
    """
    code = context.state.unit
    if code is None:
        # The city's agencies come first; most forms are those of units below it.
        return next((unit for unit in units if unit != context.city), units[0])
    unit = next((unit for unit in reporting if unit.unit_code == code), None)
    if unit is None:
        raise UnknownCodeError("unit", code)
    access.require_fill(context.viewer, code)
    return unit


def _lead(context: Context) -> Markup:
    """Render which quarter, until when, and the link to the quarter whose reports are due next when another one is
    chosen."""
    today = context.publication.as_of_date
    due_date = context.period.due_date
    line = Markup("{}").format(
        words("submit.due_gone" if today > due_date else "submit.due", due=formatting.date(due_date))
    )
    ended = [period.period_code for period in context.periods if period.covers_to <= today]
    if ended and ended[-1] != context.state.period:
        other = words("submit.other_period", period=words.period(ended[-1]))
        line += Markup(" {}").format(page_header.link_to(context.state.href(period=ended[-1], unit=None), other))
    return page_header.lead(words("submit.title", period=words.period(context.state.period)), [line])


def _form_section(context: Context, units: Sequence[Unit], unit: Unit) -> Markup:
    """Choose the unit and the quarter, take the form; what became of the report so far; what people get wrong most."""
    state = context.state
    names = [(unit.unit_code, words.of(unit, "name")) for unit in units]
    begun = [period for period in context.periods if period.start_date <= context.publication.as_of_date]
    periods = [(one.period_code, words.period(one.period_code)) for one in reversed(begun)]
    standing, mend = _standing(context, unit)
    takes_all = permissions.ROUTES["templates"].is_met_by(context.viewer)
    form = render(
        "pages/submit/form.html",
        unit_choice=select("form-unit", words("submit.unit"), links(state.href, "unit", names, unit.unit_code)),
        period_choice=select("form-period", words("submit.period"), links(state.href, "period", periods, state.period)),
        unit_name=words.of(unit, "name"),
        period_name=words.period(state.period),
        template_href=form_address(unit.unit_code, state.period, state.lang),
        all_href=all_forms_address(state.period, state.lang) if takes_all else "",
        unit_count=len(units),
        standing=report_form_link(context, unit.unit_code) + standing,
        to_mend=mend,
    )
    rules = render("pages/submit/rules.html", rules=("zero", "people", "again"))
    return layout.section(words("submit.form_title"), form, words("submit.form_note"), "form") + layout.section(
        words("submit.rules_title"), rules, identity="rules"
    )


def _standing(context: Context, unit: Unit) -> tuple[Markup, Markup]:
    """Render the state of the unit's report, the link to its history, and its errors; empty for a unit that does not
    report."""
    state = context.state
    rows = reporters.calendar(context.reader, state.period, state.period)
    row = next((row for row in rows if row.reporter_code == unit.unit_code), None)
    if row is None:
        return NOTHING, NOTHING
    standing = standing_of(context, row)
    history = page_header.link_to(state.href("reports", unit=unit.unit_code), words("submit.standing_way"))
    text = words.markup("submit.standing", state=standing_chip(context.publication, standing))
    return Markup("<span class='note'>{} {}</span>").format(text, history), to_mend(standing)


def _files_section() -> Markup:
    """Render the sender's name and the place for files."""
    files = render(
        "pages/submit/files.html",
        by=by_field(label=words("submit.by")),
        kinds=ACCEPTED_KINDS,
        megabytes=MAX_FILE_BYTES // MEGABYTE,
    )
    return layout.section(words("submit.files_title"), files, "", "send")
