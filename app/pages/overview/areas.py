"""The overview's grid of a city of areas: its units opened, folded, sorted and found as the address states."""

from __future__ import annotations

from app.core.grouping import by_cell, group_by
from app.core.page_context import Context
from app.figures.grid.grid_filter import FilteredGrid
from app.figures.grid.spec import UnitGrid, UnitTree, unit_grid
from app.pages.overview.data import OverviewFacts
from app.pages.shared.units import codes_of, communes_shown
from app.queries import plan, progress


def areas_grid(context: Context, facts: OverviewFacts, shown: FilteredGrid) -> UnitGrid:
    """Render the grid; `shown` holds the areas in their order and the highlighted cells."""
    state = context.state
    communes = communes_shown(context, shown.units)
    rows = [*facts.rows, *progress.grouping_progress(context.reader, state.period, state.window)]
    if communes:
        rows += progress.reporter_progress(context.reader, state.period, state.window)
    areas = group_by(shown.units, lambda unit: unit.parent_code or "")
    regions = plan.regions(context.reader, context.period.end_date)
    tree = UnitTree(facts.city, regions, areas, communes, codes_of(state, "fold"))
    return unit_grid(shown.targets, tree, by_cell(rows), shown.highlighted, shown.late)
