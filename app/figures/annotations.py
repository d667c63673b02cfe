"""Annotations of charts over quarters: breaks of the series, and notes on a quarter."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from app.core import formatting
from app.core.grouping import group_by
from app.core.i18n import words
from app.records.target import SeriesBreak
from warehouse.desk import Note

HALF = 0.5
# The width of a break's name as a share of the quarters, in the narrowest chart.
NAME_SHARE = 0.4
# Number of quarters whose notes are numbered and listed in the legend; older notes are in the list below the chart.
MOST_PINS = 4
# Length of a note in the legend, in characters; the list contains the complete note.
SHORT_LETTERS = 90


@dataclass(frozen=True, slots=True)
class BreakMark:
    """Break at a period, counted from 0.

    It is a line before the period, or a band over it where the quarter's own figures are not comparable. Its name is
    above the plot in a `row` counted from 0, so that neighbouring names do not overlap.
    """

    index: int
    shape: Literal["line", "band"]
    period: str
    label: str
    text: str
    row: int = 0

    @property
    def start(self) -> float:
        """Return its start, in periods."""
        return self.index - HALF

    @property
    def explanation(self) -> str:
        """Return its explanation, in two lines."""
        return f"{self.period} · {self.label}\n{self.text}"

    @property
    def end(self) -> float:
        """Return its end, in periods; a line has no width."""
        return self.index + HALF if self.shape == "band" else self.start


@dataclass(frozen=True, slots=True)
class Pin:
    """Notes on one period, counted from 0.

    `number` is displayed on the chart, empty for notes without room; the notes are shortened for the legend, and
    complete, newest first.
    """

    index: int
    number: str
    period: str
    short: str
    texts: tuple[str, ...]

    @property
    def explanation(self) -> str:
        """Return its explanation, one note per line."""
        return "\n".join((self.period, *self.texts))


def break_marks(breaks: Sequence[SeriesBreak], periods: Sequence[str]) -> tuple[BreakMark, ...]:
    """Return the breaks in the displayed periods; a break at the first quarter is left out."""
    marks = [
        BreakMark(
            periods.index(row.period_code),
            "band" if row.kind == "disruption" else "line",
            words.period(row.period_code),
            words.of(row, "label"),
            words.of(row, "text"),
        )
        for row in breaks
        if row.period_code in periods[1:] or (row.period_code in periods and row.kind == "disruption")
    ]
    return tuple(_in_rows(marks, len(periods)))


def is_late(mark: BreakMark, count: int) -> bool:
    """Return whether a break is in the right half of `count` periods, so that its name is to the left of it."""
    return mark.index > count / 2


def pins(notes: Sequence[Note], periods: Sequence[str]) -> tuple[Pin, ...]:
    """Return the notes on the displayed periods, oldest period first; the newest periods with notes are numbered."""
    by_period = group_by(notes, lambda note: note.period_code)
    pinned = [code for code in periods if code in by_period]
    unnumbered = max(0, len(pinned) - MOST_PINS)
    return tuple(
        _pin(periods.index(code), str(order - unnumbered + 1) if order >= unnumbered else "", by_period[code])
        for order, code in enumerate(pinned)
    )


def _pin(index: int, number: str, notes: Sequence[Note]) -> Pin:
    period = words.period(notes[0].period_code)
    short = formatting.shortened(" / ".join(note.text for note in notes), SHORT_LETTERS, " …")
    texts = [
        words("pins.text", text=note.text, by=note.written_by, at=formatting.moment(note.written_at)) for note in notes
    ]
    return Pin(index, number, period, words("pins.short", period=period, text=short), tuple(texts))


def _in_rows(marks: Sequence[BreakMark], count: int) -> list[BreakMark]:
    """Return the marks, each in the lowest row in which no name meets another, and no line crosses a name.

    A break's line begins at its name and crosses the rows below it.
    """
    placed: list[BreakMark] = []
    # Names extend to the right from breaks in the left half, to the left from the others: the nearest to the middle
    # are the lowest.
    early = [mark for mark in marks if not is_late(mark, count)]
    for mark in (*reversed(early), *(mark for mark in marks if is_late(mark, count))):
        rows = (row for row in range(len(marks)) if not any(_meets(mark, row, other, count) for other in placed))
        # Where lines and names cross in every row, the highest one is the clearest.
        row = next(rows, len(placed))
        placed.append(replace(mark, row=row))
    return sorted(placed, key=lambda mark: mark.index)


def _meets(mark: BreakMark, row: int, other: BreakMark, count: int) -> bool:
    """Return whether a mark in a row would meet one that is placed."""
    (left, right), (other_left, other_right) = (_name_ends(one, count) for one in (mark, other))
    if row == other.row:
        return left < other_right and other_left < right
    if row > other.row:
        return other_left < mark.start < other_right
    return left < other.start < right


def _name_ends(mark: BreakMark, count: int) -> tuple[float, float]:
    width = count * NAME_SHARE
    return (mark.end - width, mark.end) if is_late(mark, count) else (mark.start, mark.start + width)
