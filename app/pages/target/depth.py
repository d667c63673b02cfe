"""The parts of the target page that ask why: is a difference chance, what is counted, how is it defined."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import Markup

from app.core.page_context import NOTHING, Context, Figure
from app.core.url_state import PAGE_PARAMETERS
from app.figures.breakdown import html as breakdown_html
from app.figures.funnel import html as funnel_html
from app.pages.target import head as target_head
from app.pages.target.data import TargetFacts
from app.queries import target as asked
from app.ui import layout

if TYPE_CHECKING:
    from plotly.graph_objects import Figure as PlotlyFigure


def funnel_head(context: Context, facts: TargetFacts) -> Markup:
    """What the funnel says, in sentences; nothing where districts are too alike in size for chance to be judged."""
    words = context.words
    if facts.now is None or not funnel_html.has_picture(facts.points):
        return NOTHING
    body = funnel_html.funnel_words(facts.points, facts.now, context.state.href, words)
    tools = layout.tools(context, words("funnel.title"), "funnel", "funnel")
    return layout.section(words("funnel.title"), body, words("funnel.note"), "funnel", tools)


def funnel(context: Context, facts: TargetFacts) -> Figure:
    """Value against size, with the limits of chance."""

    def make() -> PlotlyFigure:
        from app.figures.funnel.plotly import funnel_figure  # noqa: PLC0415 - Plotly is loaded by pages that draw with it

        if facts.now is None:
            raise ValueError("a funnel stands around the city's figure")
        return funnel_figure(facts.points, facts.now, facts.target, context.words, context.state.unit)

    return Figure(make, "funnel")


def funnel_details(context: Context, facts: TargetFacts) -> Markup:
    """The funnel as figures."""
    return funnel_html.funnel_details(facts.points, context.words)


def breakdown(context: Context, facts: TargetFacts) -> Markup:
    """What the target counts, part by part; nothing where the form has no parts."""
    words, place = context.words, context.words.of(facts.place, "name")
    body = breakdown_html.breakdowns(facts.parts, facts.place_row, place, words)
    has_picture = any(part.value_count is not None for part in facts.parts)
    tools = layout.tools(context, words("breakdown.title"), "breakdown", "breakdown" if has_picture else "")
    return layout.section(words("breakdown.title"), body, "", "breakdown", tools)


def definition(context: Context, facts: TargetFacts) -> Markup:
    """How the target is counted, from which forms, and what to beware of."""
    words, code = context.words, facts.target.target_code
    terms = asked.terms(context.reader, code)
    link = context.state.href if "methodology" in PAGE_PARAMETERS else None
    return layout.section(
        words("definition.title"), target_head.definition(facts.target, terms, link, words), "", "definition"
    )
