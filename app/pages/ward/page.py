"""Ward: the figures of one ward, commune or township, its reports, and its history."""

from __future__ import annotations

from app.core.i18n import words
from app.core.page_context import Context, Page
from app.figures.series import Series
from app.pages.shared.bridge import bridge_picture, bridge_section, bridge_table, shown_bridge
from app.pages.shared.elsewhere import unit_elsewhere
from app.pages.shared.page_parts import OF_UNITS, parts_of
from app.pages.shared.peers import likeness_section
from app.pages.shared.questions import unit_questions
from app.pages.shared.reporting import reporter_reports, reporter_sections
from app.pages.shared.selected_figure import (
    SelectedFigure,
    selected_figure,
    selected_figure_chart,
    selected_figure_section,
    selected_figure_table,
    unit_series,
)
from app.pages.ward.data import WardFacts, district_course, first_ward, history_of_ward, ward_facts
from app.pages.ward.downloads import tables
from app.pages.ward.sections import forms, header, history, measures, notes
from app.ui import layout


def page(context: Context) -> Page:
    """Render the page of the ward in the address; the first ward of the first district when it names none."""
    if not context.state.unit and first_ward(context) is None:
        return Page(words("nav.ward"), layout.no_units(context))
    validities = history_of_ward(context)
    target = context.target
    unit = next((unit for unit in validities if unit.exists_on(context.period.end_date)), None)
    if unit is None:
        last = validities[-1]
        ended = unit_elsewhere(context.state, context.reader, last)
        return Page(words.of(last, "name"), layout.message(ended.title, ended.text, ended.ways))
    facts = ward_facts(context, unit, validities)
    selected = _selected(context, facts) if target else None
    bridge = shown_bridge(context, target, unit) if target and selected else None
    sent = reporter_reports(context, unit) if context.reporter(unit.unit_code) else None
    body = header(context, facts, sent) + selected_figure_section(context, selected)
    body += bridge_section(context, bridge)
    body += measures(context, facts) + likeness_section(context, unit, facts.rows)
    if sent:
        body += reporter_sections(context, unit, sent)
    body += forms(context, facts) + unit_questions(context, unit) + notes(context, facts) + history(context, facts)
    return Page(
        title=words.of(unit, "name"),
        body=body,
        tables=tables(context, facts) | selected_figure_table(context, selected, facts.district) | bridge_table(bridge),
        charts=selected_figure_chart(context, selected) | bridge_picture(context, bridge),
        parts=parts_of(OF_UNITS),
    )


def _selected(context: Context, facts: WardFacts) -> SelectedFigure | None:
    """Return the marked figure beside that of the ward's district, if it has one."""
    above: Series | None = None
    if facts.district:
        above = unit_series(facts.district, district_course(context, facts), "city")
    course = facts.courses.get(context.state.target or "", ())
    return selected_figure(context, facts.unit, facts.rows, course, above, facts.history)
