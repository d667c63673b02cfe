"""The reading level: the choice of it, and units in groups of their kind or place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from app.core.formatting import capitalized
from app.core.grouping import group_by
from app.core.i18n import words
from app.core.page_context import NOTHING, Context
from app.queries import plan
from app.records import Unit
from app.ui.choices import links, toggle

# Length of a group's key in an address, with room for the kind of its rows behind it.
KEY_LENGTH = 8


@dataclass(frozen=True, slots=True)
class Group:
    """Units of a group: those in a region (`unit`), or of one type (None), with a name and a key for addresses."""

    key: str
    name: str
    unit: Unit | None
    members: tuple[Unit, ...]


def level_choice(context: Context, **others: str | None) -> Markup:
    """Render the choice of the reading level; `others` are changed at the same time. Empty where the quarter has one
    level only, and in a file."""
    state, levels = context.state, context.levels
    if len(levels) < 2 or state.is_file:
        return NOTHING
    names = [
        (level if level != levels[0] else None, capitalized(words(f"unit_noun.{level}", count=2))) for level in levels
    ]
    chosen = context.level if context.level != levels[0] else None
    return toggle(words("level.label"), links(state.href, "level", names, chosen, **others))


def grouped(context: Context, units: Sequence[Unit]) -> list[Group]:
    """Return units by the region that contains their area, where all areas are in regions; else by type. Groups and
    their members keep the order of the regions and of `units`."""
    regions = plan.regions(context.reader, context.period.end_date)
    parents = {area.unit_code: area.parent_code for area in context.districts}
    known = {region.unit_code for region in regions}
    if known and all(parents.get(unit.parent_code or "") in known for unit in units):
        within = group_by(units, lambda unit: parents[unit.parent_code or ""] or "")
        return [
            Group(region.unit_code, words.of(region, "name"), region, tuple(within[region.unit_code]))
            for region in regions
            if region.unit_code in within
        ]
    by_type = group_by(units, lambda unit: unit.unit_type)
    return [
        Group(_key(kind), words.first(f"unit_types.{kind}", "unit_types.other"), None, tuple(members))
        for kind, members in by_type.items()
    ]


def _key(unit_type: str) -> str:
    """Return a type's key in an address, which has no other signs than letters and digits."""
    return unit_type.replace("_", "")[:KEY_LENGTH]
