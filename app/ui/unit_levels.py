"""Names of levels of units, from the plan in force."""

from __future__ import annotations

from app.core.formatting import capitalized
from app.core.i18n import Words
from app.core.levels import is_top


def level_name(level: str, words: Words) -> str:
    """Return the name of a level for a choice: its units in the plural, the whole for the top level."""
    return words("explore.level_top") if is_top(level) else capitalized(words(f"unit_noun.{level}", count=2))
