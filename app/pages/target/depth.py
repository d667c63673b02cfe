"""The parts of the target page that ask why: is a difference chance, what is counted, how is it defined."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import Markup

from app.core.page_context import Context, Figure
from app.core.url_state import PAGE_PARAMETERS
from app.figures.breakdown.html import breakdowns
from app.figures.breakdown.spec import BreakdownSpec, breakdown_spec
from app.figures.funnel.html import funnel_details, funnel_words
from app.figures.funnel.spec import FunnelSpec, funnel_spec, has_picture
from app.pages.target import head as target_head
from app.pages.target.data import TargetFacts
from app.queries import target as asked
from app.ui import layout

if TYPE_CHECKING:
    from plotly.graph_objects import Figure as PlotlyFigure


def funnel_head(context: Context, spec: FunnelSpec) -> Markup:
    """What the funnel says, in sentences."""
    words = context.words
    body = funnel_words(spec, context.state.href, words)
    tools = layout.tools(context, words("funnel.title"), "funnel", "funnel")
    return layout.section(words("funnel.title"), body, words("funnel.note"), "funnel", tools)


def funnel_of(context: Context, facts: TargetFacts) -> FunnelSpec | None:
    """What the funnel shows; None where the city has no figure, or districts are too alike in size for chance to be
    judged."""
    if facts.now is None or not has_picture(facts.points):
        return None
    return funnel_spec(facts.points, facts.now, facts.target, context.words, context.state.unit)


def funnel(context: Context, spec: FunnelSpec) -> Figure:
    """Value against size, with the limits of chance."""

    def make() -> PlotlyFigure:
        from app.figures.funnel.plotly import funnel_figure  # noqa: PLC0415 - Plotly is loaded by pages that draw with it

        return funnel_figure(spec, context.words)

    return Figure(make, "funnel")


def funnel_parts(context: Context, spec: FunnelSpec) -> tuple[Markup, Figure, Markup]:
    """The funnel in sentences, as a picture, and as figures."""
    return funnel_head(context, spec), funnel(context, spec), funnel_details(spec, context.words)


def breakdown_of(context: Context, facts: TargetFacts) -> BreakdownSpec:
    """What the breakdowns show at the place that is looked at closely."""
    return breakdown_spec(facts.parts, facts.place_row, context.words.of(facts.place, "name"), context.words)


def breakdown(context: Context, spec: BreakdownSpec) -> Markup:
    """What the target counts, part by part; nothing where the form has no parts."""
    words = context.words
    tools = layout.tools(context, words("breakdown.title"), "breakdown", "breakdown" if spec.has_picture else "")
    return layout.section(words("breakdown.title"), breakdowns(spec, words), "", "breakdown", tools)


def definition(context: Context, facts: TargetFacts) -> Markup:
    """How the target is counted, from which forms, and what to beware of."""
    words, code = context.words, facts.target.target_code
    terms = asked.terms(context.reader, code)
    link = context.state.href if "methodology" in PAGE_PARAMETERS else None
    return layout.section(
        words("definition.title"), target_head.definition(facts.target, terms, link, words), "", "definition"
    )
