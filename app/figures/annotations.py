"""What is written on a picture over the quarters: breaks of the series, and notes that people pinned to a quarter."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from textwrap import shorten
from typing import Literal

from app.core import formatting
from app.core.grouping import group_by
from app.core.i18n import Words
from app.records.target import SeriesBreak
from warehouse.desk import Note

HALF = 0.5
# A name of a break is as wide as this share of the quarters, where the picture is smallest.
NAME_SHARE = 0.4
# So many quarters with notes have a number and a line in the legend; older notes stand in the list below the picture.
MOST_PINS = 4
# A note in a legend, in letters; the whole of it stands in the list.
SHORT_LETTERS = 90


@dataclass(frozen=True, slots=True)
class BreakMark:
    """A break at a period, counted from 0: a line before it, or a band over it where figures of the quarter itself are
    not comparable. Its name stands above the plot in a `row` counted from 0, out of the way of its neighbours'."""

    index: int
    shape: Literal["line", "band"]
    period: str
    label: str
    text: str
    row: int = 0

    @property
    def start(self) -> float:
        """Where it begins, in periods."""
        return self.index - HALF

    @property
    def told(self) -> str:
        """What explains it, in two lines."""
        return f"{self.period} · {self.label}\n{self.text}"

    @property
    def end(self) -> float:
        """Where it ends, in periods; a line has no width."""
        return self.index + HALF if self.shape == "band" else self.start


@dataclass(frozen=True, slots=True)
class Pin:
    """The notes pinned to one period, counted from 0: their number on the picture, empty for those that it has no room
    for; in short for the legend, and each in full, newest first."""

    index: int
    number: str
    period: str
    short: str
    texts: tuple[str, ...]

    @property
    def told(self) -> str:
        """What explains it, one note a line."""
        return "\n".join((self.period, *self.texts))


def break_marks(breaks: Sequence[SeriesBreak], periods: Sequence[str], words: Words) -> tuple[BreakMark, ...]:
    """The breaks in the periods drawn; what began with the first quarter breaks nothing."""
    marks = [
        BreakMark(
            periods.index(one.period_code),
            "band" if one.kind == "disruption" else "line",
            words.period(one.period_code),
            words.of(one, "label"),
            words.of(one, "text"),
        )
        for one in breaks
        if one.period_code in periods[1:] or (one.period_code in periods and one.kind == "disruption")
    ]
    return tuple(_in_rows(marks, len(periods)))


def is_late(mark: BreakMark, count: int) -> bool:
    """Whether a break lies in the right half of `count` periods: its name stands to the left of it."""
    return mark.index > count / 2


def pins(notes: Sequence[Note], periods: Sequence[str], words: Words) -> tuple[Pin, ...]:
    """The notes on the periods drawn, oldest period first; the newest periods with notes are numbered."""
    by_period = group_by(notes, lambda note: note.period_code)
    pinned = [code for code in periods if code in by_period]
    unnumbered = max(0, len(pinned) - MOST_PINS)
    return tuple(
        _pin(periods.index(code), str(order - unnumbered + 1) if order >= unnumbered else "", by_period[code], words)
        for order, code in enumerate(pinned)
    )


def _pin(index: int, number: str, notes: Sequence[Note], words: Words) -> Pin:
    period = words.period(notes[0].period_code)
    short = shorten(" / ".join(note.text for note in notes), SHORT_LETTERS, placeholder=" …")
    texts = [
        words("pins.text", text=note.text, by=note.written_by, at=formatting.moment(note.written_at)) for note in notes
    ]
    return Pin(index, number, period, words("pins.short", period=period, text=short), tuple(texts))


def _in_rows(marks: Sequence[BreakMark], count: int) -> list[BreakMark]:
    """The marks, each in the lowest row that has room for its name."""
    width = count * NAME_SHARE
    ends: list[float] = []
    placed = []
    for mark in marks:
        left = mark.index - width if is_late(mark, count) else float(mark.index)
        row = next((row for row, end in enumerate(ends) if left >= end), len(ends))
        ends[row : row + 1] = [left + width]
        placed.append(replace(mark, row=row))
    return placed
