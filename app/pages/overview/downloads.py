"""Files of the overview: the figures of its grid as a table, the grid as a picture."""

from __future__ import annotations

from app.core.i18n import words
from app.core.page_context import Charts, Context, Tables
from app.core.sheet import Sheet
from app.figures.grid.grid_filter import MOVED
from app.figures.grid.svg import grid_chart
from app.figures.matrix import MatrixSpec
from app.pages.overview.data import OverviewFacts
from app.pages.shared.files import caption, figure_sheet
from app.pages.shared.period_text import plan_headline


def tables(context: Context, facts: OverviewFacts) -> Tables:
    """Return every figure of the city and of the units of the reading level, whatever the grid is narrowed to."""

    def grid() -> Sheet:
        units = {unit.unit_code: unit for unit in (facts.city, *context.units)}
        return figure_sheet(context, words("grid.title"), facts.rows, units)

    return {"grid": grid}


def charts(context: Context, facts: OverviewFacts, matrix: MatrixSpec) -> Charts:
    """Return the grid arranged and narrowed as on the page."""

    def grid() -> str:
        title = plan_headline(context, facts.summary)
        return grid_chart(caption(context, title, _subject(context)), matrix)

    return {"grid": grid}


def _subject(context: Context) -> str:
    """Return the part of the data in the grid: a group, a status, an order other than by area."""
    state = context.state
    group = state.get("group")
    status = state.get("status")
    sort = state.get("sort")
    texts = [words("chart.grid")]
    names = {str(target.group_code): words.of(target, "group_name") for target in context.targets.values()}
    if group:
        texts.append(names[group])
    if status:
        name = words(f"grid.{status}") if status in MOVED else words.status(status)
        texts.append(words("chart.grid_only", status=name.lower()))
    if sort:
        texts.append(words(f"grid.sort_{sort}").lower())
    return ", ".join(texts)
