"""CSV dialect by language.

Excel with Vietnamese settings expects semicolons between columns and a decimal comma; with English settings, commas and
a decimal point.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Manner:
    """Column separator and decimal separator."""

    separator: str
    decimal: str


MANNERS = {"vi": Manner(";", ","), "en": Manner(",", ".")}
