"""Levels of units as the plan in force has them: the page of a unit, and levels that continue one another."""

from __future__ import annotations

from warehouse.plan.levels import levels

# Pages of units: of those of a reading level above the lowest, such as a district or a province, and of the lowest.
MIDDLE_PAGE, BASE_PAGE = "district", "ward"
UNIT_PAGES = (MIDDLE_PAGE, BASE_PAGE)


def tier_of(level: str) -> tuple[str, ...]:
    """Return a level and those whose units continue its units, or are continued by them."""
    return levels().tier_of(level)


def tier(level: str) -> str:
    """Return the level that represents a level and those read in its place at other times."""
    return levels().tier(level)


def unit_page(level: str | None) -> str:
    """Return the page of a unit of a level; empty for the top unit, for groupings and for an unknown level."""
    if level == levels().base:
        return BASE_PAGE
    return MIDDLE_PAGE if level in levels().middle else ""


def is_top(level: str) -> bool:
    """Return whether a level is that of the unit whose plan it is."""
    return level == levels().top


def is_base(level: str) -> bool:
    """Return whether a level is the lowest, that of communes and wards."""
    return level == levels().base


def is_authority(level: str) -> bool:
    """Return whether units of a level report; the others are sums of their parts."""
    known = levels().get(level)
    return known is not None and known.is_authority


def rank_of(level: str) -> int:
    """Return the place of a level from the top, behind all others for an unknown one."""
    known = levels().get(level)
    return known.rank if known else len(levels()) + 1


def is_continued(before: str, after: str) -> bool:
    """Return whether units of a grouping level continue the units of a level, as areas continue districts."""
    return before != after and after in tier_of(before) and not is_authority(after)
