"""The parts of the target page that ask why: is a difference chance, what is counted, how is it defined."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app import shell
from app.charts import breakdowns, funnels, target_heads
from app.context import NOTHING, Context, Figure
from app.queries import target as asked
from app.state import PAGE_PARAMETERS
from app.target_facts import TargetFacts
from app.words import Markup

if TYPE_CHECKING:
    from plotly.graph_objects import Figure as PlotlyFigure


def funnel_head(context: Context, facts: TargetFacts) -> Markup:
    """What the funnel says, in sentences; nothing where districts are too alike in size for chance to be judged."""
    words = context.words
    if facts.now is None or not funnels.has_picture(facts.points):
        return NOTHING
    body = funnels.funnel_words(facts.points, facts.now, context.state.href, words)
    tools = shell.tools(context, words("funnel.title"), "funnel", "funnel")
    return shell.section(words("funnel.title"), body, words("funnel.note"), "funnel", tools)


def funnel(context: Context, facts: TargetFacts) -> Figure:
    """Value against size, with the limits of chance."""

    def make() -> PlotlyFigure:
        from app.charts.funnel import funnel_figure  # noqa: PLC0415 - Plotly is loaded by pages that draw with it

        if facts.now is None:
            raise ValueError("a funnel stands around the city's figure")
        return funnel_figure(facts.points, facts.now, facts.target, context.words, context.state.unit)

    return Figure(make, "funnel")


def funnel_details(context: Context, facts: TargetFacts) -> Markup:
    """The funnel as figures."""
    return funnels.funnel_details(facts.points, context.words)


def breakdown(context: Context, facts: TargetFacts) -> Markup:
    """What the target counts, part by part; nothing where the form has no parts."""
    words, place = context.words, context.words.of(facts.place, "name")
    body = breakdowns.breakdowns(facts.parts, facts.place_row, place, words)
    has_picture = any(part.value_count is not None for part in facts.parts)
    tools = shell.tools(context, words("breakdown.title"), "breakdown", "breakdown" if has_picture else "")
    return shell.section(words("breakdown.title"), body, "", "breakdown", tools)


def definition(context: Context, facts: TargetFacts) -> Markup:
    """How the target is counted, from which forms, and what to beware of."""
    words, code = context.words, facts.target.target_code
    terms = asked.terms(context.viewer, context.warehouse, code)
    link = context.state.href if "methodology" in PAGE_PARAMETERS else None
    return shell.section(
        words("definition.title"), target_heads.definition(facts.target, terms, link, words), "", "definition"
    )
