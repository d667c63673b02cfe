"""By which names a unit is found, and how it is told from others of the same name."""

from __future__ import annotations

from app.core.page_context import Context
from app.queries import plan
from app.records import Unit


def names_of(unit: Unit) -> list[str]:
    """What a unit is called, in other spellings too, and was made of."""
    names = [unit.name_vi, unit.name_en, unit.short_name_vi, unit.tile_label or ""]
    names += (unit.other_names or "").split("|") + (unit.predecessor_names_vi or "").split(", ")
    return list(filter(None, names))


def full_name(context: Context, unit: Unit) -> str:
    """A unit's name; of a ward of a district with the district's, since many bear the same number."""
    words = context.words
    name = words.of(unit, "name")
    if unit.unit_level != "ward":
        return name
    above = plan.unit_history(context.reader, unit.parent_code or "")
    district = next((one for one in above if one.exists_on(unit.valid_from) and one.unit_level == "district"), None)
    return f"{name}, {words.of(district, 'name')}" if district else name
