"""Names of units, units found by typing, and units of areas in a tree."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from app.analysis import search
from app.analysis.search import Named
from app.core.grouping import group_by
from app.core.i18n import words
from app.core.levels import is_base, rank_of
from app.core.page_context import Context
from app.core.reader import Reader
from app.core.search_text import Words, is_found_in, search_words
from app.core.url_state import State
from app.queries import plan
from app.records import Unit


def own_names(unit: Unit) -> list[str]:
    """Return the names of a unit, in other spellings too."""
    names = [unit.name_vi, unit.short_name_vi, unit.name_en, unit.short_name_en, unit.tile_label or ""]
    return list(dict.fromkeys(filter(None, [*names, *(unit.other_names or "").split("|")])))


def former_names(unit: Unit) -> list[str]:
    """Return the names of the units that a unit was made of."""
    names = (unit.predecessor_names_vi or "").split(", ") + (unit.predecessor_names_en or "").split(", ")
    return list(dict.fromkeys(filter(None, names)))


def names_of(unit: Unit) -> list[str]:
    """Return the names by which a unit is found in a list: its own and those of the units it was made of."""
    return own_names(unit) + former_names(unit)


def full_name(reader: Reader, unit: Unit) -> str:
    """Return a unit's name; of a ward of a district with the district's, since many bear the same number."""
    name = words.of(unit, "name")
    if not is_base(unit.unit_level):
        return name
    above = plan.unit_history(reader, unit.parent_code or "")
    reporting = (parent for parent in above if parent.is_authority and parent.parent_code)
    district = next((parent for parent in reporting if parent.exists_on(unit.valid_from)), None)
    return f"{name}, {words.of(district, 'name')}" if district else name


def find_units(
    context: Context, typed: str, without: Collection[str] = (), levels: Collection[str] | None = None
) -> list[Unit]:
    """Return the units of the quarter of some `levels` that match the text typed, the best first, `without` some by
    their codes; none without a text. Of equally good matches the larger unit comes first."""
    if not typed:
        return []
    existing = (unit for unit in plan.every_unit(context.reader) if unit.exists_on(context.period.end_date))
    named = [
        Named(unit, unit.unit_code, names_of(unit), rank=rank_of(unit.unit_level))
        for unit in existing
        if (levels is None or unit.unit_level in levels) and unit.unit_code not in without
    ]
    return [match.thing for _, match in search.found(typed, named)]


def codes_of(state: State, parameter: str) -> frozenset[str]:
    """Return the codes that a parameter of the address lists."""
    return frozenset(filter(None, (state.get(parameter) or "").split(",")))


def toggled(state: State, parameter: str, code: str) -> str:
    """Return the address with a unit opened or folded, or closed again."""
    codes = codes_of(state, parameter) ^ {code}
    return state.href(**{parameter: ",".join(sorted(codes)) or None})


def areas_found(context: Context, units: Sequence[Unit]) -> list[Unit]:
    """Return the areas whose name matches the search, or that hold a commune whose name does; all without a search."""
    typed = sought(context.state)
    holding = _communes_found(context)
    return [unit for unit in units if not typed or unit.unit_code in holding or is_found_in(typed, names_of(unit))]


def communes_shown(context: Context, areas: Sequence[Unit]) -> Mapping[str, Sequence[Unit]]:
    """Return the communes of the opened areas, and those that match the search, by area."""
    opened = codes_of(context.state, "open")
    every = group_by(context.reporters, lambda unit: unit.parent_code)
    matching = _communes_found(context)
    shown = {
        area.unit_code: (every if area.unit_code in opened else matching).get(area.unit_code, []) for area in areas
    }
    return {code: communes for code, communes in shown.items() if communes}


def _communes_found(context: Context) -> dict[str | None, list[Unit]]:
    """Return the communes whose name matches the search, by area; none without a search."""
    typed = sought(context.state)
    matching = (unit for unit in context.reporters if is_found_in(typed, names_of(unit)))
    return group_by(matching if typed else (), lambda unit: unit.parent_code)


def filter_units(context: Context, units: Iterable[Unit]) -> list[Unit]:
    """Return the units whose name matches the search, or that lie in an area whose name does."""
    typed = sought(context.state)
    areas = {unit.unit_code for unit in context.districts if is_found_in(typed, names_of(unit))}
    return [unit for unit in units if unit.parent_code in areas or is_found_in(typed, names_of(unit))]


def units_sought(context: Context, units: Sequence[Unit]) -> Sequence[Unit]:
    """Return the units that match the search; all of them without one."""
    return filter_units(context, units) if sought(context.state) else units


def sought(state: State) -> Words:
    """Return the words of the search; none without one."""
    return search_words(state.get("find") or "")
