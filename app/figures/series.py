"""A unit's course on one target, and the pieces in which its line is drawn."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from app.records import Progress


@dataclass(frozen=True, slots=True)
class Series:
    """One unit's figures on a target, oldest first: whose they are, the mark at the line (`1` … or nothing), its style
    (`s1` …, `city`)."""

    name: str
    short_name: str
    rows: Sequence[Progress]
    mark: str = ""
    style: str = "s1"


@dataclass(frozen=True, slots=True)
class Point:
    """A value in points at one of the periods drawn, counted from 0; `text` explains it where there is room."""

    index: int
    value: float
    row: Progress
    text: str = ""


Segments = tuple[tuple[Point, ...], ...]


def segments(
    rows: Sequence[Progress], periods: Sequence[str], explain: Callable[[Progress], str] | None = None
) -> Segments:
    """The values over `periods` in pieces: no line leads over a quarter without a value, nor to one where counting
    begins anew."""
    return _pieces(rows, periods, lambda row: row.value_pct, explain)


def path_segments(rows: Sequence[Progress], periods: Sequence[str]) -> Segments:
    """The milestones over `periods`, in pieces as the values are."""
    return _pieces(rows, periods, lambda row: row.path_pct, None)


def line_path(segment: Sequence[Point], at: Callable[[Point], str]) -> str:
    """A piece of a line as an SVG path; the first point is drawn as a dot, so that one alone is seen."""
    first, *others = (at(point) for point in segment)
    return f"M{first}h.01" + "".join(f"L{point}" for point in others)


def _pieces(
    rows: Sequence[Progress],
    periods: Sequence[str],
    value_of: Callable[[Progress], float | None],
    explain: Callable[[Progress], str] | None,
) -> Segments:
    by_period = {row.period_code: row for row in rows}
    pieces: list[list[Point]] = []
    is_joined = False
    for index, code in enumerate(periods):
        row = by_period.get(code)
        value = None if row is None else value_of(row)
        if row is None or value is None:
            is_joined = False
            continue
        if not is_joined or row.restarts:
            pieces.append([])
        pieces[-1].append(Point(index, value, row, explain(row) if explain else ""))
        is_joined = True
    return tuple(tuple(piece) for piece in pieces)
