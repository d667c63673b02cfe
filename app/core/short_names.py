"""Short names of targets, cut where they are longer than grids, charts and slides have room for."""

from __future__ import annotations

from dataclasses import replace

from app.core.formatting import shortened
from app.records import Target
from warehouse.plan.names import LONGEST_SHORT_NAME


def with_short_names(target: Target) -> Target:
    """Return a target whose short names are cut where grids, charts and slides have no room for them."""
    names = (target.short_name_vi, target.short_name_en)
    if max(map(len, names)) <= LONGEST_SHORT_NAME:
        return target
    vi, en = (shortened(name, LONGEST_SHORT_NAME) for name in names)
    return replace(target, short_name_vi=vi, short_name_en=en)
