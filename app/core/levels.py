"""Levels of units whose series continue one another."""

from __future__ import annotations

# Where districts ended, areas replace them under their codes.
_TIERS = {"area": ("area", "district"), "district": ("area", "district")}


def tier_of(level: str) -> tuple[str, ...]:
    """Return a level and those whose units continue its units, or are continued by them."""
    return _TIERS.get(level, (level,))
