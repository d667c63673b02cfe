"""Target: how every district performs on one target, the city's series, and the parts of the figure."""

from __future__ import annotations

from markupsafe import Markup

from app.core.i18n import words
from app.core.page_context import NOTHING, Context, Page
from app.figures.ranking.spec import MOST_BARS
from app.pages.shared.bridge import bridge_picture, bridge_section, bridge_table, shown_bridge
from app.pages.shared.page_parts import parts_of
from app.pages.target_detail import sections
from app.pages.target_detail.assumptions import what_if
from app.pages.target_detail.data import TargetFacts, target_facts
from app.pages.target_detail.downloads import charts, figures, tables
from app.pages.target_detail.pictures import TargetPictures, target_pictures
from app.pages.target_detail.what_if import is_asked
from app.pages.target_detail.what_if import section as what_if_section
from app.records import Progress
from app.ui import layout

# A ranking of fewer bars leaves room for the map below it.
FEW_BARS = 10
# As `parts.OF_UNITS`.
PARTS = {
    "bridge": False,
    "ranking": False,
    "trend": False,
    "map": True,
    "funnel": True,
    "breakdown": True,
    "definition": True,
    "courses": True,
    "boundaries": True,
    "figures": True,
}


def page(context: Context) -> Page:
    """Render the page of the target in the address; the first target when it names none. Raises `UnknownCodeError`."""
    facts = target_facts(context)
    if facts.last_known:
        return _ended(context, facts, facts.last_known)
    return _by_district(context, facts) if facts.rows else _of_city(context, facts)


def _by_district(context: Context, facts: TargetFacts) -> Page:
    pictures = target_pictures(facts)
    ranking = sections.ranking(context, pictures.ranking)
    tiles = sections.tiles(context, pictures.tile_map)
    closer = sections.marked_card(context, facts) + sections.trend(context, facts, pictures.trend)
    # Lists of names are short: the map goes below them.
    walls, bars = pictures.tile_map.walls, pictures.ranking.bars if pictures.ranking else ()
    is_short = pictures.ranking is None or bool(pictures.ranking.answers) or (bool(walls) and len(bars) < FEW_BARS)
    # Many communes need the whole width.
    is_wide = len(facts.rows) > MOST_BARS
    assumed = what_if(context, facts)
    trial = what_if_section(context, facts.target, assumed)
    bridge = shown_bridge(context, facts.target, facts.focus)
    body = sections.header(context, facts, can_assume=assumed is not None)
    columns = (ranking + tiles, closer) if is_short else (ranking, closer + tiles)
    if is_wide:
        columns = (ranking, closer)
    pair = layout.split(*columns, is_even=True) + (tiles if is_wide else NOTHING)
    # The requested part comes first; else the ranking does.
    body += bridge_section(context, bridge)
    body += trial + pair if is_asked(context.state) else pair + trial
    body += _below(context, facts, pictures)
    return Page(
        title=words.of(facts.target, "short_name"),
        body=body,
        tables=tables(context, facts) | bridge_table(bridge),
        charts=charts(context, facts, pictures) | bridge_picture(context, bridge),
        figures=figures(context.state, facts, pictures),
        parts=parts_of(PARTS),
    )


def _below(context: Context, facts: TargetFacts, pictures: TargetPictures) -> Markup:
    """Render what is below the ranking and the trend; beside the funnel what is about as tall."""
    breakdown = sections.breakdown(context, pictures.breakdown)
    definition = sections.definition(context.state, facts)
    courses = sections.courses(context, facts, pictures.multiples)
    rest = sections.own_map(context.state, facts)
    if breakdown:
        beside_funnel = breakdown
        rest += courses + sections.figures(context, facts) + definition
    else:
        beside_funnel = definition + courses
        rest += sections.figures(context, facts)
    if pictures.funnel is None:
        return beside_funnel + rest
    return layout.split(sections.funnel(context, pictures.funnel), beside_funnel, is_even=True) + rest


def _ended(context: Context, facts: TargetFacts, last: Progress) -> Page:
    """Render the page of a target whose level ended: its last value and how the city got there."""
    pictures = target_pictures(facts)
    trend = sections.trend(context, facts, pictures.trend)
    return Page(
        title=words.of(facts.target, "short_name"),
        body=sections.header_ended(context, facts, last)
        + layout.split(trend, sections.definition(context.state, facts)),
        tables=tables(context, facts),
        charts=charts(context, facts, pictures),
        figures=figures(context.state, facts, pictures),
        parts=parts_of(PARTS),
    )


def _no_units(context: Context) -> Markup:
    """Render why no unit is shown: the target is not counted at the reading level, or the viewer may read none."""
    if not context.units:
        return layout.no_units(context)
    title = words("target.no_units", units=words(f"unit_noun.{context.level}", count=2))
    return layout.message(title, "", heading="h2")


def _of_city(context: Context, facts: TargetFacts) -> Page:
    """Render the page of a target that no unit of the reading level has a figure of: the city alone."""
    pictures = target_pictures(facts)
    assumed = what_if(context, facts)
    body = sections.header(context, facts, can_assume=assumed is not None) + _no_units(context)
    bridge = shown_bridge(context, facts.target, facts.focus)
    body += bridge_section(context, bridge) + what_if_section(context, facts.target, assumed)
    body += sections.trend(context, facts, pictures.trend) + sections.definition(context.state, facts)
    return Page(
        title=words.of(facts.target, "short_name"),
        body=body,
        tables=tables(context, facts) | bridge_table(bridge),
        charts=charts(context, facts, pictures) | bridge_picture(context, bridge),
        figures=figures(context.state, facts, pictures),
        parts=parts_of(PARTS),
    )
