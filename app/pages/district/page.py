"""District: every target against the city and chosen peers, its courses, what changed, reports, work, its wards."""

from __future__ import annotations

from markupsafe import Markup

from app.core.page_context import Context, Page, UnknownCodeError
from app.figures.profile.html import draw_profile
from app.figures.profile.spec import profile_of
from app.figures.small_multiples.html import draw_multiples
from app.figures.small_multiples.spec import unit_multiples
from app.pages.district import depth, wards
from app.pages.district import head as heads
from app.pages.district import reports as sent
from app.pages.district.data import DistrictFacts, district_facts
from app.pages.shared.selected_figure import changes, marked, picture
from app.pages.shared.unit_charts import grid_picture
from app.ui import layout


def page(context: Context) -> Page:
    """The page of the district in the address; the first district when it names none."""
    state, words = context.state, context.words
    if not context.districts:
        return Page(words("nav.district"), (layout.no_districts(context),))
    unit = context.district(state.unit or context.districts[0].unit_code)
    if unit is None:
        raise UnknownCodeError("unit", state.unit or "")
    if state.target and state.target not in context.targets:
        raise UnknownCodeError("target", state.target)
    facts = district_facts(context, unit)
    target = state.target or ""
    row = next((row for row in facts.rows if row.target_code == target), None)
    city = [(facts.city, facts.city_courses.get(target, []))]
    course = facts.courses.get(target, [])
    body = heads.head(context, facts) + marked(context, unit, row, course, city)
    body += _targets(context, facts) + _courses(context, facts)
    body += layout.split(sent.tasks(context, unit), sent.reports(context, unit))
    below = wards.wards_of(context, unit)
    body += wards.section(context, below)
    shown = [facts.unit, *facts.peers, facts.city]
    title = heads.finding(context, facts)
    charts = grid_picture(context, title, shown, [*facts.rows, *facts.others])
    charts = {**charts, **picture(context, unit, row, course, city), **wards.picture(context, title, below)}
    return Page(words.of(unit, "name"), (body,), sent.files(context, facts, below), charts)


def _targets(context: Context, facts: DistrictFacts) -> Markup:
    """The profile, beside it what changed and what was decided; with peers it takes the whole width."""
    words, state = context.words, context.state
    profile = profile_of(facts.lines, words.of(facts.unit, "name"), words, state.target, facts.peers)
    drawn = draw_profile(profile, heads.opens(context))
    note = words("profile.note_peers" if facts.peers else "profile.note")
    tools = layout.tools(context, words("profile.title"), "figures", "grid", ("memo.docx",))
    shown = layout.section(words("profile.title"), drawn, note, "profile", tools)
    changed, work = changes(context, facts.unit, facts.found), depth.actions(context, facts.unit)
    beside = work + depth.notes(context, facts.unit)
    return shown + layout.split(changed, beside) if facts.peers else layout.split(shown, changed + beside)


def _courses(context: Context, facts: DistrictFacts) -> Markup:
    words, name = context.words, context.words.of(facts.unit, "name")
    targets = list(context.targets.values())
    multiples = unit_multiples(targets, facts.courses, facts.city_courses, name, words)
    drawn = draw_multiples(multiples, heads.opens(context))
    return layout.section(words("district.courses"), drawn, multiples.note, "courses")
