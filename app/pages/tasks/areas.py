"""The work contents of many units: regions, opened to their areas, opened to their communes; or communes in groups."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from app.analysis.task_summary import tally
from app.core.grouping import group_by
from app.core.i18n import words
from app.core.page_context import Context
from app.core.url_state import State
from app.figures.grid.spec import Rest, UnitGrid, UnitGroup, UnitTree, heading
from app.figures.task_matrix.spec import TaskLines, task_area_spec
from app.pages.shared.levels import grouped
from app.pages.shared.units import areas_found, codes_of, communes_shown, sought, toggled, units_sought
from app.pages.tasks.data import Tasks
from app.queries import plan
from app.records import Unit
from app.records.tasks import TaskState


def areas_grid(context: Context, tasks: Tasks) -> UnitGrid:
    """Return how many units of each region and area are overdue or done; the areas with most overdue items first."""
    regions = plan.regions(context.reader, context.period.end_date)
    areas = areas_found(context, context.districts)
    items = _items_within(context, tasks, regions)
    areas.sort(key=lambda area: -tally(items.get(area.unit_code, ())).overdue_count)
    opened = codes_of(context.state, "open")
    is_whole = bool(sought(context.state)) or context.state.is_file
    tree = UnitTree(
        city=context.city,
        regions=regions,
        areas=group_by(areas, lambda area: area.parent_code or ""),
        communes=communes_shown(context, areas),
        folded=frozenset(region.unit_code for region in regions if not is_whole and region.unit_code not in opened),
    )
    return task_area_spec(list(tasks.tasks.values()), tree, items)


def communes_grid(context: Context, tasks: Tasks) -> UnitGrid:
    """Return the work contents of the communes under the city: those with overdue items first, the others folded."""
    state = context.state
    items = group_by(tasks.items, lambda item: item.unit_code)
    writer = TaskLines(list(tasks.tasks.values()), items | {context.city.unit_code: tasks.items})
    opened = codes_of(state, "open")
    groups = []
    for group in grouped(context, units_sought(context, context.reporters)):
        lines = [writer.own(unit) for unit in group.members]
        name = words("grid.group_of", name=group.name, count=len(lines))
        overdue = [line for line in lines if sought(state) or (line.late and line.late.late)]
        rest = tuple(line for line in lines if line not in overdue)
        units = words(f"unit_noun.{context.reporter_level}", count=len(rest))
        key = f"{group.key}calm"
        text = words("tasks.rest", count=len(rest), units=units)
        rests = (Rest(key, text, rest, key in opened),) if rest else ()
        groups.append(UnitGroup(heading(group.key, name), tuple(overdue), False, rests))
    return UnitGrid(writer.columns, writer.sums(context.city), tuple(groups))


def turned(state: State, _: str, code: str) -> str:
    """Return the address with a region or an area opened, or closed again."""
    return toggled(state, "open", code)


def _items_within(context: Context, tasks: Tasks, regions: Sequence[Unit]) -> Mapping[str, list[TaskState]]:
    """Return the items of all units that lie in a unit, by the code of that unit."""
    within = group_by(tasks.items, lambda item: item.unit_code)
    for area in context.districts:
        lying = [unit.unit_code for unit in context.reporters if unit.parent_code == area.unit_code]
        within[area.unit_code] = [item for code in lying for item in within.get(code, ())]
    for region in regions:
        lying = [area.unit_code for area in context.districts if area.parent_code == region.unit_code]
        within[region.unit_code] = [item for code in lying for item in within[code]]
    within[context.city.unit_code] = [*tasks.items]
    return within
