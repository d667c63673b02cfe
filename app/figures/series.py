"""Series of a unit on one target, and the segments of its line."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from app.records import Progress
from app.records.target import Recalculated


@dataclass(frozen=True, slots=True)
class Series:
    """Figures of one unit on a target, oldest first.

    `mark` is the label at the line (`1` … or empty), `style` its class (`s1` …, `city`). `changed_on` is the day since
    which a unit of that name has another territory; `past` its recalculated history from before it began.
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
        """Return the periods with a row, reported or recalculated."""
        return {row.period_code for row in self.rows} | {row.period_code for row in self.past}


@dataclass(frozen=True, slots=True)
class Point:
    """Value in percent at a displayed period; `index` counts periods from 0, `text` explains the value."""

    index: int
    value: float
    row: Progress
    text: str = ""


@dataclass(frozen=True, slots=True)
class BackcastPoint:
    """Recalculated value in percent at a displayed period; `index` counts periods from 0, `text` explains the value."""

    index: int
    value: float
    text: str


class _Figure(Protocol):
    """Record from which a line is computed."""

    @property
    def period_code(self) -> str: ...

    @property
    def value_pct(self) -> float | None: ...

    @property
    def restarts(self) -> bool: ...


Segments = tuple[tuple[Point, ...], ...]
BackcastSegments = tuple[tuple[BackcastPoint, ...], ...]
Figure = TypeVar("Figure", bound=_Figure)
Spot = TypeVar("Spot")


def segments(
    rows: Sequence[Progress], periods: Sequence[str], explain: Callable[[Progress], str] | None = None
) -> Segments:
    """Return the values over `periods` in segments.

    No line crosses a quarter without a value, or leads to a quarter in which counting begins again.
    """

    def point(index: int, value: float, row: Progress) -> Point:
        return Point(index, value, row, explain(row) if explain else "")

    return _pieces(rows, periods, lambda row: row.value_pct, point)


def path_segments(rows: Sequence[Progress], periods: Sequence[str]) -> Segments:
    """Return the milestones over `periods`, in segments as the values."""
    return _pieces(rows, periods, lambda row: row.milestone_pct, Point)


def backcast_segments(
    rows: Sequence[Recalculated], periods: Sequence[str], explain: Callable[[Recalculated], str]
) -> BackcastSegments:
    """Return the recalculated values over `periods`, in segments as the reported values."""
    return _pieces(
        rows, periods, lambda row: row.value_pct, lambda index, value, row: BackcastPoint(index, value, explain(row))
    )


def by_ground(pieces: Segments, changed_on: dt.date | None) -> tuple[Segments, Segments]:
    """Return the segments on the former territory, and those that lead to the changed territory and continue there.

    The latter are empty where the territory never changed.
    """
    if changed_on is None or not any(point.row.unit_valid_from < changed_on for piece in pieces for point in piece):
        return pieces, ()
    former = []
    changed = []
    for piece in pieces:
        count = sum(point.row.unit_valid_from < changed_on for point in piece)
        if count:
            former.append(piece[:count])
        if count < len(piece):
            changed.append(piece[max(0, count - 1) :])
    return tuple(former), tuple(changed)


def line_path(segment: Sequence[Spot], at: Callable[[Spot], str]) -> str:
    """Return a segment of a line as an SVG path; the first point is a dot, so that a single point is visible."""
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
