"""Target: how every district stands on one target, how the city got there, and what the figure is made of."""

from __future__ import annotations

from markupsafe import Markup

from app.core.page_context import CITY, NOTHING, Columns, Context, Page
from app.figures.map import boundaries_html
from app.figures.map.html import draw_tile_map
from app.figures.ranking.html import draw_ranking
from app.figures.small_multiples.html import draw_multiples
from app.geo import boundaries
from app.pages.shared.charts import TargetFigures, of_target, of_target_depth
from app.pages.target import communes, depth
from app.pages.target import downloads as files
from app.pages.target import sections as parts
from app.pages.target.data import TargetFacts, gather
from app.ui import layout, tables


def page(context: Context) -> Page:
    """The page of the target in the address; the first target when it names none."""
    words, facts = context.words, gather(context)
    figures = parts.figures_of(context, facts)
    course = figures.trend
    sizes = depth.funnel_of(context, facts)
    counted = depth.breakdown_of(context, facts)
    charts = of_target(context, facts.target, facts.city_rows, facts.rows, figures)
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
    ranked = _ranking(context, figures)
    tiles = _tile_map(context, figures)
    card = parts.card(context, facts)
    # Lists of names are short: the map stands below them.
    is_short = bool(figures.ranking.answers)
    columns = Columns((ranked, tiles), (card, *trend)) if is_short else Columns((ranked,), (card, *trend, tiles))
    body = (
        parts.head(context, facts),
        columns,
        *second,
        _all_districts(context, facts, figures) + (meaning if breakdown else NOTHING),
    )
    return Page(title, body, offered, charts)


def _ranking(context: Context, figures: TargetFigures) -> Markup:
    drawn = draw_ranking(figures.ranking, context.state.href, context.words)
    tools = layout.tools(context, figures.ranking.title, "figures", "ranking")
    return layout.section(figures.ranking.title, drawn, figures.ranking.note, "ranking", tools)


def _tile_map(context: Context, figures: TargetFigures) -> Markup:
    title = context.words("target.map")
    tiles = draw_tile_map(figures.tile_map, context.state.href)
    return layout.section(title, tiles, "", "map", layout.tools(context, title, chart="map"))


def _all_districts(context: Context, facts: TargetFacts, figures: TargetFigures) -> Markup:
    words, state, target, units = context.words, context.state, facts.target, facts.units
    panels = boundaries.configured(tuple(units))
    own_map = boundaries_html.geo_map(panels, facts.rows, target, units, state.href, words, state.unit)
    courses = draw_multiples(
        figures.multiples, lambda code: state.href("district", unit=code, target=target.target_code)
    )
    tools = layout.tools(context, words("target.multiples"), chart="multiples")
    every_row = [*facts.counted_rows, *([facts.now] if facts.now else [])]
    table = tables.figures_table(every_row, target, {**units, CITY: facts.city}, state.href, words)
    body = layout.section(words("geo.title"), own_map, words("geo.note"), "boundaries")
    body += layout.section(words("target.multiples"), courses, figures.multiples.note, "courses", tools)
    files_of = layout.tools(context, words("figures.title"), "figures")
    return body + layout.section(words("figures.title"), table, "", "figures", files_of)
