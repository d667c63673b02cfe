"""The overview's grid of many units: grouped, what is clearly late first, rows without anything late folded."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from app.core.grouping import by_cell
from app.core.i18n import words
from app.core.page_context import Context
from app.core.search_text import is_found_in
from app.figures.grid.grid_filter import BY_NAME, FilteredGrid
from app.figures.grid.spec import GridWriter, Rest, UnitGrid, UnitGroup, UnitLine, heading
from app.pages.overview.data import OverviewFacts
from app.pages.shared.levels import Group, grouped
from app.pages.shared.units import codes_of, names_of, sought
from app.queries import progress
from app.records import Unit

# So few units are never folded.
FEW_UNITS = 5


def units_found(context: Context) -> list[Unit]:
    """Return the units whose name, or whose area's name, matches the search; all without one."""
    typed = sought(context.state)
    areas = {area.unit_code for area in context.districts if is_found_in(typed, names_of(area))} if typed else set()
    return [
        unit for unit in context.units if not typed or unit.parent_code in areas or is_found_in(typed, names_of(unit))
    ]


def groups_grid(context: Context, facts: OverviewFacts, shown: FilteredGrid) -> UnitGrid:
    """Render the grid; `shown` holds the units in their order and the highlighted cells."""
    state = context.state
    groups = grouped(context, shown.units)
    rows = facts.rows
    if any(group.unit for group in groups):
        rows = [*rows, *progress.grouping_progress(context.reader, state.period, state.window)]
    writer = GridWriter(shown.targets, by_cell(rows), shown.highlighted, shown.late)
    return UnitGrid(
        writer.columns, writer.line(facts.city), tuple(_group(context, group, writer.line) for group in groups)
    )


def _group(context: Context, group: Group, line: Callable[[Unit], UnitLine]) -> UnitGroup:
    """Return a group: the rows with a clearly late target, then those without and those without a judged target, each
    folded unless the address opens it or narrows the grid."""
    state = context.state
    if group.unit and group.key in codes_of(state, "fold"):
        return UnitGroup(line(group.unit), (), True)
    lines = [line(unit) for unit in group.members]
    name = words("grid.group_of", name=group.name, count=len(lines))
    head = line(group.unit) if group.unit else heading(group.key, name)
    if state.get("status") or state.get("find") or len(context.units) <= FEW_UNITS or not context.has_thresholds:
        return UnitGroup(head, tuple(lines), False)
    late = [one for one in lines if one.late and one.late.late]
    if state.get("sort") != BY_NAME:
        late.sort(key=lambda one: (-one.late.late, -one.late.more) if one.late else (0, 0))
    kinds = {
        "calm": [one for one in lines if one.late and not one.late.late],
        "idle": [one for one in lines if not one.late],
    }
    rests = tuple(_rest(context, group, kind, members) for kind, members in kinds.items() if members)
    return UnitGroup(head, tuple(late), False, rests)


def _rest(context: Context, group: Group, kind: str, lines: Sequence[UnitLine]) -> Rest:
    key = group.key + kind
    units = words(f"unit_noun.{context.level}", count=len(lines))
    text = words(f"grid.rest_{kind}", count=len(lines), units=units)
    return Rest(key, text, tuple(lines), key in codes_of(context.state, "open"))
