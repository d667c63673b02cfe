"""The tables that the target page offers as files."""

from __future__ import annotations

from collections.abc import Callable

from app.core.page_context import CITY, Context
from app.core.sheet import Sheet, progress_sheet
from app.figures.breakdown.html import breakdown_sheet
from app.figures.funnel.html import funnel_sheet
from app.figures.funnel.spec import has_picture
from app.pages.target.data import TargetFacts
from app.records import Progress


def tables(context: Context, facts: TargetFacts) -> dict[str, Callable[[], Sheet]]:
    """Figures of the quarter, the courses behind the trend, the funnel's limits, the breakdown."""
    words, target = context.words, facts.target
    units = {**facts.units, CITY: facts.city}
    marked = facts.courses[facts.marked.unit_code] if facts.marked else ()
    name = words.of(target, "name")

    def figures(kind: str, rows: list[Progress]) -> Callable[[], Sheet]:
        return lambda: progress_sheet(titled(kind), rows, context.targets, units, words)

    def titled(kind: str) -> str:
        return words("chart.of_target", chart=words(kind), target=name)

    offered = {
        "figures": figures("figures.title", [*facts.rows, *([facts.now] if facts.now else [])]),
        "trend": figures("trend.title", [*facts.city_rows, *marked]),
    }
    if has_picture(facts.points):
        offered["funnel"] = lambda: funnel_sheet(titled("funnel.title"), facts.points, words)
    if facts.parts:
        offered["breakdown"] = lambda: breakdown_sheet(titled("breakdown.title"), facts.parts, words)
    return offered
