"""A unit's course on one target, and the pieces in which its line is drawn."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from app.records import Progress
from app.records.target import Recalculated


@dataclass(frozen=True, slots=True)
class Series:
    """One unit's figures on a target, oldest first: whose they are, the mark at the line (`1` … or nothing), its style
    (`s1` …, `city`).

    `changed_on` is the day since which a unit of that name has another ground; `past` what it would have had before
    it began, recalculated.
    """

    name: str
    short_name: str
    rows: Sequence[Progress]
    mark: str = ""
    style: str = "s1"
    changed_on: dt.date | None = None
    past: Sequence[Recalculated] = ()

    @property
    def period_codes(self) -> set[str]:
        """The periods of which it has a row, reported or recalculated."""
        return {row.period_code for row in self.rows} | {row.period_code for row in self.past}


@dataclass(frozen=True, slots=True)
class Point:
    """A value in points at one of the periods drawn, counted from 0; `text` explains it where there is room."""

    index: int
    value: float
    row: Progress
    text: str = ""


@dataclass(frozen=True, slots=True)
class PastPoint:
    """A recalculated value in points at one of the periods drawn, counted from 0, explained by `text`."""

    index: int
    value: float
    text: str


class _Figure(Protocol):
    """What a line is drawn of."""

    @property
    def period_code(self) -> str: ...

    @property
    def value_pct(self) -> float | None: ...

    @property
    def restarts(self) -> bool: ...


Segments = tuple[tuple[Point, ...], ...]
PastSegments = tuple[tuple[PastPoint, ...], ...]
Figure = TypeVar("Figure", bound=_Figure)
Spot = TypeVar("Spot")


def segments(
    rows: Sequence[Progress], periods: Sequence[str], explain: Callable[[Progress], str] | None = None
) -> Segments:
    """The values over `periods` in pieces: no line leads over a quarter without a value, nor to one where counting
    begins anew."""

    def point(index: int, value: float, row: Progress) -> Point:
        return Point(index, value, row, explain(row) if explain else "")

    return _pieces(rows, periods, lambda row: row.value_pct, point)


def path_segments(rows: Sequence[Progress], periods: Sequence[str]) -> Segments:
    """The milestones over `periods`, in pieces as the values are."""
    return _pieces(rows, periods, lambda row: row.milestone_pct, Point)


def past_segments(
    rows: Sequence[Recalculated], periods: Sequence[str], explain: Callable[[Recalculated], str]
) -> PastSegments:
    """The recalculated values over `periods`, in pieces as reported ones are."""
    return _pieces(
        rows, periods, lambda row: row.value_pct, lambda index, value, row: PastPoint(index, value, explain(row))
    )


def by_ground(drawn: Segments, changed_on: dt.date | None) -> tuple[Segments, Segments]:
    """The pieces on the former ground, and those that lead to the changed one and on: there are none of these where
    the ground never changed under the course."""
    if changed_on is None or not any(point.row.unit_valid_from < changed_on for piece in drawn for point in piece):
        return drawn, ()
    former = []
    changed = []
    for piece in drawn:
        count = sum(point.row.unit_valid_from < changed_on for point in piece)
        if count:
            former.append(piece[:count])
        if count < len(piece):
            changed.append(piece[max(0, count - 1) :])
    return tuple(former), tuple(changed)


def line_path(segment: Sequence[Spot], at: Callable[[Spot], str]) -> str:
    """A piece of a line as an SVG path; the first point is drawn as a dot, so that one alone is seen."""
    first, *others = (at(point) for point in segment)
    return f"M{first}h.01" + "".join(f"L{point}" for point in others)


def _pieces(
    rows: Sequence[Figure],
    periods: Sequence[str],
    value_of: Callable[[Figure], float | None],
    point: Callable[[int, float, Figure], Spot],
) -> tuple[tuple[Spot, ...], ...]:
    by_period = {row.period_code: row for row in rows}
    pieces: list[list[Spot]] = []
    is_joined = False
    for index, code in enumerate(periods):
        row = by_period.get(code)
        value = None if row is None else value_of(row)
        if row is None or value is None:
            is_joined = False
            continue
        if not is_joined or row.restarts:
            pieces.append([])
        pieces[-1].append(point(index, value, row))
        is_joined = True
    return tuple(tuple(piece) for piece in pieces)
