"""Target: how every district stands on one target, how the city got there, and what the figure is made of."""

from __future__ import annotations

from markupsafe import Markup

from app.core.page_context import CITY, NOTHING, Columns, Context, Page
from app.figures.map import boundaries_html
from app.figures.map.html import small_multiples, tile_map
from app.figures.ranking import html as ranking_html
from app.geo import boundaries
from app.pages.shared.charts import of_target, of_target_depth
from app.pages.target import communes, depth
from app.pages.target import downloads as files
from app.pages.target import sections as parts
from app.pages.target.data import TargetFacts, gather
from app.ui import layout, tables


def page(context: Context) -> Page:
    """The page of the target in the address; the first target when it names none."""
    words, facts = context.words, gather(context)
    course = parts.trend_of(context, facts)
    sizes = depth.funnel_of(context, facts)
    counted = depth.breakdown_of(context, facts)
    charts = of_target(context, facts.target, facts.city_rows, facts.courses, course)
    charts |= of_target_depth(context, facts.target, sizes, counted)
    title, offered = words.of(facts.target, "short_name"), files.tables(context, facts)
    trend = (parts.trend_head(context, course), parts.trend(context, course), parts.trend_figures(context, course))
    meaning = depth.definition(context, facts)
    if not facts.rows:
        found = communes.communes_of(context, facts)
        gone = parts.head(context, facts) + layout.no_districts(context)
        ranked = communes.section(context, facts, found)
        rest = (Columns((ranked,), (*trend, meaning)),) if found.have_reported else (ranked, *trend, meaning)
        offered |= communes.tables(context, found)
        return Page(title, (gone, *rest), offered, charts | communes.charts(context, facts, found))
    breakdown = depth.breakdown(context, counted)
    near = breakdown or meaning
    second = (Columns(depth.funnel_parts(context, sizes), (near,)),) if sizes else (near,)
    body = (
        parts.head(context, facts),
        Columns((_ranking(context, facts),), (parts.card(context, facts), *trend, _tile_map(context, facts))),
        *second,
        _all_districts(context, facts) + (meaning if breakdown else NOTHING),
    )
    return Page(title, body, offered, charts)


def _ranking(context: Context, facts: TargetFacts) -> Markup:
    words, rows, target = context.words, facts.rows, facts.target
    ranking = ranking_html.ranking(rows, target, facts.units, context.state.href, words, context.state.unit)
    note = ranking_html.ranking_note(rows, target, words)
    tools = layout.tools(context, words("ranking.title"), "figures", "ranking")
    return layout.section(words("ranking.title"), ranking, note, "ranking", tools)


def _tile_map(context: Context, facts: TargetFacts) -> Markup:
    words, state = context.words, context.state
    tiles = tile_map(facts.rows, facts.target, facts.units, state.href, words, state.unit)
    return layout.section(
        words("target.map"), tiles, "", "map", layout.tools(context, words("target.map"), chart="map")
    )


def _all_districts(context: Context, facts: TargetFacts) -> Markup:
    words, state, target, units = context.words, context.state, facts.target, facts.units
    panels = boundaries.configured(tuple(units))
    own_map = boundaries_html.geo_map(panels, facts.rows, target, units, state.href, words, state.unit)
    periods = [row.period_code for row in facts.city_rows]
    courses = small_multiples(facts.courses, facts.counted_rows, target, units, periods, state.href, words)
    tools = layout.tools(context, words("target.multiples"), chart="multiples")
    every_row = [*facts.counted_rows, *([facts.now] if facts.now else [])]
    figures = tables.figures_table(every_row, target, {**units, CITY: facts.city}, state.href, words)
    body = layout.section(words("geo.title"), own_map, words("geo.note"), "boundaries")
    body += layout.section(words("target.multiples"), courses, words("target.multiples_note"), "courses", tools)
    files_of = layout.tools(context, words("figures.title"), "figures")
    return body + layout.section(words("figures.title"), figures, "", "figures", files_of)
