"""District: every target against the city and chosen peers, its series, what changed, reports, work, its wards."""

from __future__ import annotations

from markupsafe import Markup

from app.core.i18n import words
from app.core.page_context import Context, Page
from app.pages.district import sections
from app.pages.district.data import (
    DistrictFacts,
    chosen_district,
    district_facts,
    ward_figures,
)
from app.pages.district.downloads import charts, tables
from app.pages.shared.bridge import bridge_picture, bridge_section, bridge_table, shown_bridge
from app.pages.shared.followup import notes_block
from app.pages.shared.page_parts import OF_UNITS, parts_of
from app.pages.shared.peers import likeness_section
from app.pages.shared.questions import unit_questions
from app.pages.shared.reporting import reporter_reports, reporter_sections
from app.pages.shared.selected_figure import (
    SelectedFigure,
    selected_figure,
    selected_figure_section,
    selected_figure_table,
    unit_series,
)
from app.queries import followup
from app.records import Target, Unit
from app.ui import layout


def page(context: Context) -> Page:
    """Render the page of the district in the address; the first district when it names none."""
    if not context.districts:
        return Page(words("nav.district"), layout.no_districts(context))
    unit = chosen_district(context)
    target = context.target
    facts = district_facts(context, unit)
    selected = _selected(context, facts, target) if target else None
    bridge = shown_bridge(context, target, unit) if target and selected else None
    sent = reporter_reports(context, unit)
    wards = ward_figures(context, unit)
    body = sections.header(context, facts, sent)
    body += selected_figure_section(context, selected) + bridge_section(context, bridge)
    body += _targets(context, facts)
    body += sections.courses(context, facts)
    body += likeness_section(context, unit, facts.rows)
    if unit.is_authority:
        body += reporter_sections(context, unit, sent)
        body += sections.wards(context, wards)
    else:
        body += sections.ward_map(context, wards)
        body += sections.wards(context, wards)
        body += sections.reports_within(context, wards)
    return Page(
        title=words.of(unit, "name"),
        body=body,
        tables=tables(context, facts, wards)
        | selected_figure_table(context, selected, facts.city)
        | bridge_table(bridge),
        charts=charts(context, facts, wards, selected) | bridge_picture(context, bridge),
        parts=parts_of(OF_UNITS),
    )


def _selected(context: Context, facts: DistrictFacts, target: Target) -> SelectedFigure | None:
    """Return the marked figure beside the city's series."""
    code = target.target_code
    city = unit_series(facts.city, facts.city_courses.get(code, ()), "city")
    return selected_figure(context, facts.unit, facts.rows, facts.courses.get(code, ()), city)


def _targets(context: Context, facts: DistrictFacts) -> Markup:
    """Render the profile, beside it what changed and what was decided; with peers it takes the whole width."""
    profile = sections.profile(context, facts)
    changes = sections.changes(context, facts)
    decided = sections.actions(context, facts.unit) + unit_questions(context, facts.unit)
    decided += _notes(context, facts.unit)
    if facts.peers:
        return profile + layout.split(changes, decided)
    return layout.split(profile, changes + decided)


def _notes(context: Context, unit: Unit) -> Markup:
    """Render the notes on the district, and the form for a new one."""
    targets = list(context.targets.values())
    notes = followup.notes_on(context.reader, context.desk, unit.unit_code)
    written = notes_block(context, notes, unit.unit_code, targets)
    return layout.section(words("notes.title"), written, "", "notes")
