"""Units of a city of areas in a tree: which are opened and which are found, as the address asks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from app.core.grouping import group_by
from app.core.page_context import Context
from app.core.search_text import Words, is_found_in, search_words
from app.pages.shared.unit_names import names_of
from app.records import Unit


def codes_of(context: Context, parameter: str) -> frozenset[str]:
    """The codes that a parameter of the address lists."""
    return frozenset(filter(None, (context.state.get(parameter) or "").split(",")))


def toggled(context: Context, parameter: str, code: str) -> str:
    """The address with a unit opened or folded, or closed again."""
    codes = codes_of(context, parameter) ^ {code}
    return context.state.href(**{parameter: ",".join(sorted(codes)) or None})


def areas_found(context: Context, units: Sequence[Unit]) -> list[Unit]:
    """Those of the areas that bear a name that is sought, or hold a commune that does; all while nothing is sought."""
    typed = sought(context)
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
    typed = sought(context)
    found = (unit for unit in context.reporters if is_found_in(typed, names_of(unit)))
    return group_by(found if typed else (), lambda unit: unit.parent_code)


def units_found(context: Context, units: Iterable[Unit]) -> list[Unit]:
    """Those of the units that bear a name that is sought, or lie in an area that does."""
    typed = sought(context)
    areas = {unit.unit_code for unit in context.districts if is_found_in(typed, names_of(unit))}
    return [unit for unit in units if unit.parent_code in areas or is_found_in(typed, names_of(unit))]


def units_sought(context: Context, units: Sequence[Unit]) -> Sequence[Unit]:
    """The units that are found; all of them while nothing is sought."""
    return units_found(context, units) if sought(context) else units


def sought(context: Context) -> Words:
    """The words that are sought among the names; none while nothing is."""
    return search_words(context.state.get("find") or "")
