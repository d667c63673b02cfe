"""The parts of the target page that look closely: head, chosen district, trend, funnel, breakdown, definition."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import Markup

from app.core.page_context import NOTHING, Context, Figure
from app.figures.grid.html import legend
from app.figures.map.spec import tile_map_of
from app.figures.ranking.spec import ranking_of
from app.figures.series import Series
from app.figures.small_multiples.spec import district_multiples
from app.figures.trend.html import trend_details
from app.figures.trend.spec import TrendSpec, trend_spec
from app.pages.shared import figure_card
from app.pages.shared.charts import TargetFigures
from app.pages.target.data import TargetFacts
from app.pages.target.head import target_head
from app.ui import figure_text, layout, page_header

if TYPE_CHECKING:
    from plotly.graph_objects import Figure as PlotlyFigure


def head(context: Context, facts: TargetFacts) -> Markup:
    """The choice of target and district, the legend, the city's figure and the ways on from it."""
    words, state, target, now = context.words, context.state, facts.target, facts.now
    codes = [
        (state.href(target=code), words("target.option", code=code, name=words.of(one, "name")), one is target)
        for code, one in context.targets.items()
    ]
    choice = layout.select("target", words("target.choose"), codes)
    if facts.units:
        whole = (state.href(target=target.target_code, unit=None), words("target.whole_city"), facts.marked is None)
        marks = [
            (state.href(target=target.target_code, unit=code), words.of(unit, "name"), unit is facts.marked)
            for code, unit in facts.units.items()
        ]
        choice += layout.select("unit", words("target.choose_unit"), [whole, *marks])
    absent = {row.status for row in facts.rows if row.value_pct is None}
    statuses = [*figure_text.possible_statuses(target), *sorted(absent or {"not_reported"})]
    ways = figure_card.ways_on(now, state.href, words, ("origin",)) if now else NOTHING
    ways += page_header.link_to("#definition", words("target.to_definition"))
    return target_head(target, now, choice + legend(statuses, words), ways, words)


def card(context: Context, facts: TargetFacts) -> Markup:
    """The marked district's figure with its ways on; nothing while none is marked."""
    if facts.marked is None or facts.place_row is None:
        return NOTHING
    name = context.words.of(facts.marked, "name")
    return figure_card.figure_card(facts.place_row, facts.target, name, context.state.href, context.words)


def figures_of(context: Context, facts: TargetFacts) -> TargetFigures:
    """What the pictures of all districts show, and the trend."""
    words, target = context.words, facts.target
    periods = [row.period_code for row in facts.city_rows]
    return TargetFigures(
        trend=trend_of(context, facts),
        ranking=ranking_of(facts.rows, target, facts.units, words, context.state.unit),
        tile_map=tile_map_of(facts.rows, target, facts.units, words, context.state.unit),
        multiples=district_multiples(facts.counted_rows, facts.courses, target, facts.units, periods, words),
    )


def trend_head(context: Context, spec: TrendSpec) -> Markup:
    """The heading of the trend and what it shows in a sentence."""
    words = context.words
    said = " ".join(spec.sentences)
    tools = layout.tools(context, words("trend.title"), "trend", "trend")
    return layout.section(words("trend.title"), page_header.remark(said), "", "trend", tools)


def trend_of(context: Context, facts: TargetFacts) -> TrendSpec:
    """What the trend shows: the course of the city, the marked district's beside it."""
    words = context.words
    city = Series(words.of(facts.city, "short_name"), words.of(facts.city, "short_name"), facts.city_rows)
    marked = facts.marked
    if marked is None:
        return trend_spec(city, facts.target, words, facts.breaks)
    beside = Series(words.of(marked, "name"), words.of(marked, "short_name"), facts.courses[marked.unit_code])
    return trend_spec(city, facts.target, words, facts.breaks, beside)


def trend(context: Context, spec: TrendSpec) -> Figure:
    """The trend, drawn when the page is sent."""

    def make() -> PlotlyFigure:
        from app.figures.trend.plotly import trend_figure  # noqa: PLC0415 - Plotly is loaded by pages that draw with it

        return trend_figure(spec, context.words)

    return Figure(make, "trend")


def trend_figures(context: Context, spec: TrendSpec) -> Markup:
    """The trend as words and figures."""
    return trend_details(spec, context.words)
