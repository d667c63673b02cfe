"""Origin: where one figure comes from, down to the number in a form, so that anyone can work it out again."""

from __future__ import annotations

from markupsafe import Markup

from app.analysis.changed_figures import cause
from app.core import formatting
from app.core.i18n import words
from app.core.levels import is_top
from app.core.page_context import NOTHING, Context, Page
from app.core.url_state import State
from app.pages.origin import downloads
from app.pages.origin.data import FigureOrigin, gather
from app.pages.origin.tables import inputs_table, parts_table, reports_grid
from app.pages.shared import calculation
from app.pages.shared.calculation import checks_of_figure
from app.pages.shared.figure import chosen_target, chosen_unit, figure_choice, not_counted
from app.queries.year_parts import year_parts
from app.records import is_summed
from app.ui import layout, page_header
from app.ui.figure_text import value_and_status
from app.ui.page_header import way_to
from app.ui.status import figure_chip
from app.ui.tables import revisions_table
from app.ui.templates import render
from app.ui.year_part_text import part_of_row


def page(context: Context) -> Page:
    """Render the page of the target and unit in the address; the first target and the city when it names none."""
    target = chosen_target(context)
    unit = chosen_unit(context)
    title = words("origin.tab", target=target.target_code, unit=words.of(unit, "name"))
    origin = gather(context, target, unit)
    if origin is None:
        return Page(title, not_counted(context, target, unit))
    worked_out = calculation.steps(origin.figure, target, origin.rule)
    body = _head(context, origin)
    body += layout.split(
        _parts(context, origin) + _inputs(context, origin),
        layout.section(words("working.title"), worked_out, words("working.note")) + _corrections(context.state, origin),
    )
    reports = reports_grid(context, origin)
    body += layout.section(words("origin.reports"), reports, words("origin.reports_note"), "sources")
    checks = checks_of_figure(origin.checks)
    note = f"{words('checks.note')} {words('checks.severities')}"
    body += layout.section(words("checks.title"), checks, note, "checks")
    return Page(title, body, tables=downloads.tables(origin))


def _head(context: Context, origin: FigureOrigin) -> Markup:
    """Render the link back, the choice of another figure, and the figure itself as an equation."""
    state = context.state
    target = origin.target
    unit = origin.unit
    figure = origin.figure
    parts = year_parts(context.reader, state.period, state.window)
    back = page_header.way_back(state.href("target", target=target.target_code), words.of(target, "short_name"))
    title = words("origin.headline", target=words.of(target, "name"), unit=words.of(unit, "name"))
    head = page_header.unit_head(title, figure_choice(context, unit, target), "", back)
    return head + render(
        "pages/origin/figure.html",
        equation=calculation.equation(figure),
        status=figure_chip(figure),
        covered=part_of_row(figure, parts),
        method_href=state.href("methodology", target=target.target_code, unit=unit.unit_code),
    )


def _parts(context: Context, origin: FigureOrigin) -> Markup:
    level = "city" if is_top(origin.figure.unit_level) else "district"
    note = f"{words(f'origin.parts_note_{level}')} {words(f'origin.who_{origin.rule.counting_rule}')}"
    return layout.part(context, words("origin.parts"), parts_table(context.state, origin), note, "parts", table="parts")


def _inputs(context: Context, origin: FigureOrigin) -> Markup:
    level = origin.figure.unit_level
    # An area has no forms of its own.
    name = "inputs_below" if is_summed(level) and not is_top(level) else "inputs"
    note = words(f"origin.{name}_note")
    return layout.part(context, words(f"origin.{name}"), inputs_table(origin), note, "inputs", table="inputs")


def _corrections(state: State, origin: FigureOrigin) -> Markup:
    """Render the corrected cells behind the figure; a quiet line when there are none."""
    link = state.href
    corrected = revisions_table(origin.corrections, link) or page_header.remark(words("origin.no_corrections"))
    body = _since_review(state, origin) + corrected
    return layout.section(words("revisions.heading"), body, words("origin.revisions_note"), "revisions")


def _since_review(state: State, origin: FigureOrigin) -> Markup:
    """Render the figure as a review showed it beside today's, and the report through which it changed; empty for one
    that is still the same."""
    changed = origin.changed
    if changed is None:
        return NOTHING
    review, figure = changed
    report = figure.reports[-1] if figure.reports else None
    text = words(
        "since_review.figure",
        date=formatting.date(review.held_at),
        then=value_and_status(figure.then),
        now=value_and_status(figure.now),
        cause=cause(report, review.period_code),
    )
    unit = report.reporter_code if report else None
    href = state.href("changes", review=str(review.review_id), unit=unit)
    return page_header.remark(Markup("{} {}").format(text, way_to(href, words("since_review.figure_way"))))
