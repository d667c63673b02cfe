"""The first rows of a query of the viewer's own."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FirstRows:
    """The first rows of a query, its numbers as numbers and everything else as text, and the count of all that it may
    show (`is_cut` where there are more)."""

    headings: tuple[str, ...]
    rows: tuple[tuple[str | float | None, ...], ...]
    count: int
    is_cut: bool
