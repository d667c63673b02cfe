"""Room for values in lists of bars, as a declaration of CSS: values of amounts are longer than points."""

from __future__ import annotations

from collections.abc import Iterable

# Longer values than these need more room than the style sheet gives; the width of a character, in em.
USUAL_LENGTH, LETTER_EM = 6, 0.56


def room_for(values: Iterable[str]) -> str:
    """Return `--values:…em` for the longest value; empty where the usual width is enough."""
    longest = max(map(len, values), default=0)
    return f"--values:{longest * LETTER_EM + 0.6:.1f}em" if longest > USUAL_LENGTH else ""
