"""Target: how every district stands on one target, how the city got there, and what the figure is made of."""

from __future__ import annotations

from app.core.page_context import Columns, Context, Page
from app.pages.target import sections
from app.pages.target.communes import communes_charts, communes_of, communes_section, communes_tables
from app.pages.target.data import TargetFacts, target_facts
from app.pages.target.downloads import charts, tables
from app.pages.target.pictures import target_pictures
from app.ui import layout


def page(context: Context) -> Page:
    """The page of the target in the address; the first target when it names none. Raises `UnknownCodeError`."""
    facts = target_facts(context)
    return _by_district(context, facts) if facts.rows else _by_commune(context, facts)


def _by_district(context: Context, facts: TargetFacts) -> Page:
    pictures = target_pictures(context, facts)
    ranking = sections.ranking(context, pictures.ranking)
    tiles = sections.tiles(context, pictures.tile_map)
    closer = (sections.marked_card(context, facts), *sections.trend(context, pictures.trend))
    # Lists of names are short: the map stands below them.
    is_short = bool(pictures.ranking.answers)
    funnel = sections.funnel(context, pictures.funnel) if pictures.funnel else ()
    breakdown = sections.breakdown(context, pictures.breakdown)
    definition = sections.definition(context, facts)
    courses = sections.courses(context, facts, pictures.multiples)
    rest = sections.own_map(context, facts)
    # Beside the funnel stands what is about as tall.
    if breakdown:
        beside_funnel = breakdown
        rest += courses + sections.figures(context, facts) + definition
    else:
        beside_funnel = definition + courses
        rest += sections.figures(context, facts)
    parts = (
        sections.header(context, facts),
        Columns((ranking, tiles), closer) if is_short else Columns((ranking,), (*closer, tiles)),
        Columns(funnel, (beside_funnel,)) if funnel else beside_funnel,
        rest,
    )
    title = context.words.of(facts.target, "short_name")
    return Page(title, parts, tables(context, facts), charts(context, facts, pictures))


def _by_commune(context: Context, facts: TargetFacts) -> Page:
    """The page of a quarter without districts."""
    communes = communes_of(context, facts.target)
    pictures = target_pictures(context, facts)
    ranking = communes_section(context, facts.target, communes)
    rest = (*sections.trend(context, pictures.trend), sections.definition(context, facts))
    head = sections.header(context, facts) + layout.no_districts(context)
    return Page(
        title=context.words.of(facts.target, "short_name"),
        parts=(head, Columns((ranking,), rest)) if communes.have_reported else (head, ranking, *rest),
        tables=tables(context, facts) | communes_tables(context, communes),
        charts=charts(context, facts, pictures) | communes_charts(context, facts.target, communes),
    )
