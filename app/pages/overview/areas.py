"""The overview's grid of a city of areas: its units opened, folded, sorted and found as the address asks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from app.core.grouping import by_cell, group_by
from app.core.page_context import Context
from app.core.search_text import Words, is_found_in, search_words
from app.figures.grid.grid_filter import FilteredGrid
from app.figures.grid.spec import UnitGrid, UnitTree, unit_grid
from app.pages.overview.data import OverviewFacts
from app.pages.shared.unit_names import names_of
from app.queries import plan, progress
from app.records import Unit


def areas_grid(context: Context, facts: OverviewFacts, shown: FilteredGrid) -> UnitGrid:
    """The grid; `shown` holds the areas in their order and the cells that stand out."""
    state = context.state
    communes = communes_shown(context, shown.units)
    rows = [*facts.rows, *progress.level_progress(context.reader, "region", state.period, state.window)]
    if communes:
        rows += facts.unit_rows
    areas = group_by(shown.units, lambda unit: unit.parent_code or "")
    regions = plan.regions(context.reader, context.period.end_date)
    tree = UnitTree(facts.city, regions, areas, communes, codes_of(context, "fold"))
    return unit_grid(shown.targets, tree, by_cell(rows), context.words, shown.highlighted, shown.late)


def codes_of(context: Context, parameter: str) -> frozenset[str]:
    """The codes that a parameter of the address lists."""
    return frozenset(filter(None, (context.state.get(parameter) or "").split(",")))


def toggled(context: Context, parameter: str, code: str) -> str:
    """The address with a unit opened or folded, or closed again."""
    codes = codes_of(context, parameter) ^ {code}
    return context.state.href(**{parameter: ",".join(sorted(codes)) or None})


def areas_found(context: Context, units: Sequence[Unit]) -> list[Unit]:
    """Those of the areas that bear a name that is sought, or hold a commune that does; all while nothing is sought."""
    typed = _sought(context)
    holding = _communes_found(context)
    return [unit for unit in units if not typed or unit.unit_code in holding or is_found_in(typed, names_of(unit))]


def communes_shown(context: Context, areas: Sequence[Unit]) -> Mapping[str, Sequence[Unit]]:
    """The communes of the areas that are opened, and those that are sought, by area."""
    opened = codes_of(context, "open")
    every = group_by(context.reporters, lambda unit: unit.parent_code)
    found = _communes_found(context)
    shown = {area.unit_code: (every if area.unit_code in opened else found).get(area.unit_code, []) for area in areas}
    return {code: communes for code, communes in shown.items() if communes}


def _communes_found(context: Context) -> dict[str | None, list[Unit]]:
    """The communes that bear a name that is sought, by area; none while nothing is sought."""
    typed = _sought(context)
    found = (unit for unit in context.reporters if is_found_in(typed, names_of(unit)))
    return group_by(found if typed else (), lambda unit: unit.parent_code)


def _sought(context: Context) -> Words:
    return search_words(context.state.get("find") or "")
