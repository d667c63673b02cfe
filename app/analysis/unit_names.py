"""Names of units that tell units of one name apart, and names of their levels."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from app.core.formatting import capitalized
from app.core.i18n import words
from app.core.levels import is_top
from app.records import Unit


def distinct_names(units: Iterable[Unit], every: Mapping[str, Unit]) -> dict[str, str]:
    """Return the short names of units by code.

    A name that several of them have is followed by that of the unit above, one of `every` unit by code; where that does
    not tell them apart, by their code.
    """
    members = {unit.unit_code: unit for unit in units}
    names = {code: words.of(unit, "short_name") for code, unit in members.items()}
    counts = Counter(names.values())

    def completed(code: str) -> str:
        above = every.get(members[code].parent_code or "")
        return f"{names[code]} ({words.of(above, 'short_name') if above else code})"

    full = {code: name if counts[name] == 1 else completed(code) for code, name in names.items()}
    again = Counter(full.values())
    return {code: name if again[name] == 1 else f"{names[code]} ({code})" for code, name in full.items()}


def level_name(level: str) -> str:
    """Return the name of a level for a choice: its units in the plural, the whole for the top level."""
    return words("explore.level_top") if is_top(level) else capitalized(words(f"unit_noun.{level}", count=2))
