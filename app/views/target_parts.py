"""The parts of the target page that look closely: head, chosen district, trend, funnel, breakdown, definition."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app import shell
from app.charts import cards, explain, grid, heads, target_heads, trend_words
from app.charts.trend_words import PlaceCourse
from app.context import NOTHING, Context, Figure
from app.target_facts import TargetFacts
from app.words import Markup

if TYPE_CHECKING:
    from plotly.graph_objects import Figure as PlotlyFigure


def head(context: Context, facts: TargetFacts) -> Markup:
    """The choice of target and district, the legend, the city's figure and the ways on from it."""
    words, state, target, now = context.words, context.state, facts.target, facts.now
    codes = [
        (state.href(target=code), words("target.option", code=code, name=words.of(one, "name")), one is target)
        for code, one in context.targets.items()
    ]
    choice = shell.select("target", words("target.choose"), codes)
    if facts.units:
        whole = (state.href(target=target.target_code, unit=None), words("target.whole_city"), facts.marked is None)
        marks = [
            (state.href(target=target.target_code, unit=code), words.of(unit, "name"), unit is facts.marked)
            for code, unit in facts.units.items()
        ]
        choice += shell.select("unit", words("target.choose_unit"), [whole, *marks])
    absent = {row.status for row in facts.rows if row.value_pct is None}
    statuses = [*explain.possible_statuses(target), *sorted(absent or {"not_reported"})]
    ways = cards.ways_on(now, state.href, words, ("origin",)) if now else NOTHING
    ways += heads.link_to("#definition", words("target.to_definition"))
    return target_heads.target_head(target, now, choice + grid.legend(statuses, words), ways, words)


def card(context: Context, facts: TargetFacts) -> Markup:
    """The marked district's figure with its ways on; nothing while none is marked."""
    if facts.marked is None or facts.place_row is None:
        return NOTHING
    name = context.words.of(facts.marked, "name")
    return cards.figure_card(facts.place_row, facts.target, name, context.state.href, context.words)


def trend_head(context: Context, facts: TargetFacts) -> Markup:
    """The heading of the trend and what it shows in a sentence."""
    words, (city, beside) = context.words, _courses(context, facts)
    lines = [trend_words.trend_sentence(course, words) for course in (beside, city) if course]
    if any(map(trend_words.restarts, facts.city_rows[1:])):
        lines.append(words("trend.restarts"))
    tools = shell.tools(context, words("trend.title"), "trend", "trend")
    return shell.section(words("trend.title"), heads.remark(" ".join(lines)), "", "trend", tools)


def trend(context: Context, facts: TargetFacts) -> Figure:
    """The course of the city, the marked district beside it."""

    def make() -> PlotlyFigure:
        from app.charts.trend import trend_figure  # noqa: PLC0415 - Plotly is loaded by pages that draw with it

        city, beside = _courses(context, facts)
        return trend_figure(city, facts.target, context.words, facts.breaks, beside)

    return Figure(make, "trend")


def trend_details(context: Context, facts: TargetFacts) -> Markup:
    """The trend as words and figures."""
    city, beside = _courses(context, facts)
    return trend_words.trend_details(city, context.words, facts.breaks, beside)


def _courses(context: Context, facts: TargetFacts) -> tuple[PlaceCourse, PlaceCourse | None]:
    words, marked = context.words, facts.marked
    beside = PlaceCourse(words.of(marked, "name"), facts.courses[marked.unit_code]) if marked else None
    return PlaceCourse(words.of(facts.city, "short_name"), facts.city_rows), beside
