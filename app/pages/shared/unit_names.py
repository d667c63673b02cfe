"""By which names a unit is found, and how it is told from others of the same name."""

from __future__ import annotations

from collections.abc import Collection

from app.analysis import search
from app.analysis.search import Named
from app.core.page_context import Context
from app.queries import plan
from app.records import Unit

# Of units meant equally well the larger one stands first; areas stand in the place of districts.
LEVEL_RANKS = {"city": 0, "region": 1, "area": 2, "district": 2, "ward": 3}


def own_names(unit: Unit) -> list[str]:
    """What a unit is called, in other spellings too."""
    names = [unit.name_vi, unit.short_name_vi, unit.name_en, unit.short_name_en, unit.tile_label or ""]
    return list(dict.fromkeys(filter(None, [*names, *(unit.other_names or "").split("|")])))


def former_names(unit: Unit) -> list[str]:
    """What the units were called that it was made of."""
    names = (unit.predecessor_names_vi or "").split(", ") + (unit.predecessor_names_en or "").split(", ")
    return list(dict.fromkeys(filter(None, names)))


def names_of(unit: Unit) -> list[str]:
    """By what a unit is found in a list: what it is called and was made of."""
    return own_names(unit) + former_names(unit)


def full_name(context: Context, unit: Unit) -> str:
    """A unit's name; of a ward of a district with the district's, since many bear the same number."""
    words = context.words
    name = words.of(unit, "name")
    if unit.unit_level != "ward":
        return name
    above = plan.unit_history(context.reader, unit.parent_code or "")
    district = next((one for one in above if one.exists_on(unit.valid_from) and one.unit_level == "district"), None)
    return f"{name}, {words.of(district, 'name')}" if district else name


def units_found(
    context: Context, typed: str, without: Collection[str] = (), levels: Collection[str] = LEVEL_RANKS
) -> list[Unit]:
    """The units of the quarter of some `levels` that are meant by what was typed, the best first, `without` some by
    their codes; none while nothing is typed."""
    if not typed:
        return []
    named = [
        Named(unit, unit.unit_code, names_of(unit), rank=LEVEL_RANKS[unit.unit_level])
        for unit in plan.every_unit(context.reader)
        if unit.unit_level in levels and unit.unit_code not in without and unit.exists_on(context.period.end_date)
    ]
    return [one.thing for _, one in search.found(typed, named)]
