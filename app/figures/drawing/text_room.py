"""Room for values in lists of bars, as a declaration of CSS: values of amounts are longer than points."""

from __future__ import annotations

from collections.abc import Iterable

# Longer values than these need more room than the style sheet gives; still longer values continue on a second line
# after their stroke, as "330.000/12.345.678". The width of a character, in em.
USUAL_LENGTH, LONGEST_LINE, LETTER_EM = 6, 13, 0.56


def room_for(values: Iterable[str]) -> str:
    """Return `--values:…em` for the longest value; empty where the usual width is enough."""
    longest = max(map(_longest_line, values), default=0)
    return f"--values:{longest * LETTER_EM + 0.6:.1f}em" if longest > USUAL_LENGTH else ""


def _longest_line(value: str) -> int:
    return len(value) if len(value) <= LONGEST_LINE else max(len(part) + 1 for part in value.split("/"))
