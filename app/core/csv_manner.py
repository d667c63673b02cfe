"""How a language writes a CSV.

A Vietnamese Excel separates columns by semicolons and decimals by a comma, an English one by commas and a point; a
Vietnamese file follows the first, an English one the second.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Manner:
    """What stands between two columns, and before the decimals of a number."""

    separator: str
    decimal: str


MANNERS = {"vi": Manner(";", ","), "en": Manner(",", ".")}
