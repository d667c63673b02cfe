"""Spec of a line chart over quarters: series of one unit or several units on a target, on one scale."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from math import ceil

from app.core import formatting
from app.core.formatting import capitalized
from app.core.i18n import words
from app.core.period_code import opens_year, year_of
from app.figures.annotations import BreakMark, Pin, break_marks, is_late, pins
from app.figures.scale import FULL_PCT, Scale, scale_of
from app.figures.series import (
    BackcastSegments,
    Point,
    Segments,
    Series,
    backcast_segments,
    by_ground,
    path_segments,
    segments,
)
from app.records import Progress, Target
from app.records.target import Recalculated, SeriesBreak
from app.ui.figure_text import AMOUNT, explain, milestone_text, threshold_text, value_text
from warehouse.desk import Note

# With more quarters than this a small axis names only the years.
FEW_PERIODS = 8
# The number of first values of a line that lie above or below the name of a threshold at the left.
FIRST_VALUES = 4
# The height of the name of a threshold as a share of a small plot.
NAME_SHARE = 0.1
# Half the height of a status's mark as a share of a small plot.
MARK_SHARE = 0.05


@dataclass(frozen=True, slots=True)
class BackcastSeries:
    """Recalculated history from before the unit existed, rendered beside its series, dashed, with hollow marks."""

    name: str
    text: str
    segments: BackcastSegments


@dataclass(frozen=True, slots=True)
class Line:
    """Displayed series: its segments, its label at the right end, and its description.

    `former` are its segments, or those on its former territory, `changed` the dotted segments that lead to another
    territory and continue there, explained by `ground_text`. `ended` names the quarter of its last value where other
    lines continue.
    """

    series: Series
    segments: Segments
    text: str
    former: Segments = ()
    changed: Segments = ()
    ground_text: str = ""
    past: BackcastSeries | None = None
    last_text: str = ""
    ended: str = ""

    @property
    def points(self) -> tuple[Point, ...]:
        """Return every value, oldest first."""
        return tuple(point for segment in self.segments for point in segment)

    @property
    def last(self) -> Point | None:
        """Return the newest value."""
        return self.segments[-1][-1] if self.segments else None

    @property
    def marked_indices(self) -> frozenset[int]:
        """Return the periods whose point carries the sign of its status: the first, the newest, and every change."""
        points = self.points
        changes = {
            point.index for before, point in pairwise(points) if before.row.shown_status != point.row.shown_status
        }
        return frozenset(changes | {point.index for point in (*points[:1], *points[-1:])})


@dataclass(frozen=True, slots=True)
class Limit:
    """Reference level: points, its name, and its name with the value."""

    value: float
    name: str
    label: str


@dataclass(frozen=True, slots=True)
class Tick:
    """Period with a name on the axis."""

    index: int
    text: str


@dataclass(frozen=True, slots=True)
class LineSpec:
    """Line chart, first line in front.

    `path` are the milestones of the quarters, `years` the names on a small axis; `breaks` of the series and `pins`,
    notes on quarters, are annotations.
    """

    periods: tuple[str, ...]
    period_names: tuple[str, ...]
    lines: tuple[Line, ...]
    scale: Scale
    threshold: Limit | None
    path: Segments
    path_limit: Limit | None
    years: tuple[Tick, ...]
    breaks: tuple[BreakMark, ...] = ()
    pins: tuple[Pin, ...] = ()

    @property
    def text(self) -> str:
        """Return the series and the breaks as text, for screen readers."""
        breaks = [f"{mark.period}: {mark.label}." for mark in self.breaks]
        return " ".join([*(line.text for line in self.lines), *self.asides, *breaks])

    @property
    def asides(self) -> list[str]:
        """Return the meaning of strokes and marks: another territory, a recalculated history."""
        grounds = [line.ground_text for line in self.lines if line.ground_text]
        return grounds + [line.past.text for line in self.lines if line.past]

    @property
    def is_threshold_named_below(self) -> bool:
        """Return whether the first values are above the threshold, so that its name at the left has room below it."""
        firsts = [point.value for line in self.lines for point in line.points[:FIRST_VALUES]]
        return bool(firsts) and self.threshold is not None and sum(firsts) / len(firsts) >= self.threshold.value

    @property
    def is_threshold_named_apart(self) -> bool:
        """Return whether the name of the threshold, below its line, leaves room for the mark of a first value on it."""
        if self.threshold is None or not self.is_threshold_named_below:
            return False
        height = self.scale.share(self.threshold.value)
        marks = (self.scale.share(line.points[0].value) for line in self.lines if line.points)
        return height > NAME_SHARE + 2 * MARK_SHARE and any(abs(mark - height) < MARK_SHARE for mark in marks)

    @property
    def is_threshold_at_top(self) -> bool:
        """Return whether the name of the threshold, above its line, reaches beyond the plot."""
        return self.threshold is not None and self.scale.share(self.threshold.value) > 1 - NAME_SHARE

    @property
    def pin_rows(self) -> int:
        """Return the number of rows for the numbers of notes: one, or none."""
        return 1 if self.numbered_pins else 0

    @property
    def rows_above(self) -> int:
        """Return the number of rows above the plot for the numbers of notes and the names of breaks above them."""
        return self.pin_rows + max((mark.row + 1 for mark in self.breaks), default=0)

    def is_late(self, mark: BreakMark) -> bool:
        """Return whether the name of a break is to the left of it."""
        return is_late(mark, len(self.periods))

    @property
    def numbered_pins(self) -> list[Pin]:
        """Return the notes that are numbered on the chart."""
        return [pin for pin in self.pins if pin.number]

    @property
    def ended_lines(self) -> list[Line]:
        """Return the lines with a value, from the highest last value to the lowest."""
        known = [line for line in self.lines if line.last is not None]
        return sorted(known, key=lambda line: -line.last.value if line.last else 0.0)

    def ticks(self, most: int) -> list[Tick]:
        """Return the quarters named on an axis with room for `most`: the newest and earlier quarters at equal steps."""
        every = max(1, ceil(len(self.periods) / most))
        newest = len(self.periods) - 1
        return [Tick(index, name) for index, name in enumerate(self.period_names) if (newest - index) % every == 0]


def line_spec(
    every_series: Sequence[Series],
    periods: Sequence[str],
    target: Target,
    scaled: Sequence[Progress] | None = None,
    breaks: Sequence[SeriesBreak] = (),
    notes: Sequence[Note] = (),
) -> LineSpec:
    """Return the chart of the series over `periods`, with the `breaks` and `notes` within them.

    `scaled` are the rows that determine the scale, where they are more than the displayed rows: a series limited to its
    last quarters keeps the axis of the complete series.
    """
    rows = [row for series in every_series for row in series.rows]
    paths = {row.period_code: row for row in rows if row.milestone_pct is not None}
    newest = max((row.period_code for row in rows if row.value_pct is not None), default="")
    past = [row for series in every_series for row in series.past]
    measured = rows if scaled is None else scaled
    scale = scale_of(measured, past).cut(_values(measured, past, target))
    return LineSpec(
        periods=tuple(periods),
        period_names=tuple(words.short_period(code) for code in periods),
        lines=tuple(_line(series, periods, target, newest) for series in every_series),
        scale=scale,
        threshold=_threshold(target, scale),
        path=path_segments(list(paths.values()), periods),
        path_limit=_path_limit(paths),
        years=_years(periods),
        breaks=break_marks(breaks, periods),
        pins=pins(notes, periods),
    )


def _values(rows: Sequence[Progress], past: Sequence[Recalculated], target: Target) -> list[float]:
    """Return everything that is shown as a height: values, their possible ranges, milestones, the threshold."""
    limits = [value for row in rows for value in (row.value_pct, row.milestone_pct, row.bound_low_pct)]
    values = [*limits, *(row.value_pct for row in past), target.threshold_pct]
    return [value for value in values if value is not None]


def series_text(series: Series) -> str:
    """Return a series in a sentence: its first figure, its latest, and how often figures are missing.

    No change is stated, because the series may break between the two.
    """
    known = [row for row in series.rows if row.value_pct is not None and row.is_judged]
    if not known:
        return words("courses.story_none", name=series.name)
    first = known[0]
    last = known[-1]
    return words(
        "courses.story",
        name=series.name,
        first=value_text(first),
        since=words.period(first.period_code),
        last=value_text(last),
        until=words.period(last.period_code),
        gaps=sum(row.value_pct is None for row in series.rows),
    )


def series_note(target: Target, rows: Sequence[Progress]) -> str:
    """Return how to read the chart, for the marks that occur."""
    notes = [words("courses.note")]
    if target.threshold_pct is not None:
        notes.append(words("courses.note_threshold", threshold=threshold_text(target)))
    if any(row.milestone_pct is not None for row in rows):
        notes.append(words("courses.note_path"))
    if any(row.restarts for row in rows):
        notes.append(words("courses.note_restart"))
    return " ".join(notes)


def apart(wanted: Sequence[float], step: float, most: float = FULL_PCT) -> list[float]:
    """Return heights as close as possible to those wanted (in order), at least `step` apart, none beyond `most`."""
    placed: list[float] = []
    for height in wanted:
        placed.append(max(height, placed[-1] + step) if placed else height)
    for index in range(len(placed) - 1, -1, -1):
        placed[index] = min(placed[index], most)
        most = placed[index] - step
    return placed


def _line(series: Series, periods: Sequence[str], target: Target, newest: str) -> Line:
    def explanation(row: Progress) -> str:
        return explain(row, target, f"{series.name}, {words.period(row.period_code)}")

    pieces = segments(series.rows, periods, explanation)
    former, changed = by_ground(pieces, series.changed_on)
    line = Line(
        series,
        pieces,
        series_text(series),
        former,
        changed,
        ground_text(series) if changed else "",
        _past(series, periods, target) if series.past else None,
    )
    if not pieces:
        return line
    last = pieces[-1][-1].row
    ended = "" if last.period_code == newest else words.short_period(last.period_code)
    return replace(line, last_text=value_text(last), ended=ended)


def ground_text(series: Series) -> str:
    """Return that a series continues on another territory, and since when."""
    return words("history.changed", place=series.name, date=formatting.date(series.changed_on))


def _past(series: Series, periods: Sequence[str], target: Target) -> BackcastSeries:
    name = words("history.name", place=series.short_name)

    def explanation(row: Recalculated) -> str:
        lines = [
            f"{name}, {words.period(row.period_code)} · {words.of(target, 'short_name')}",
            backcast_value(row),
        ]
        return "\n".join([*lines, words("history.parts", known=row.known_part_count, count=row.part_count)])

    return BackcastSeries(
        name, words("history.told", place=series.name), backcast_segments(series.past, periods, explanation)
    )


def backcast_value(row: Recalculated) -> str:
    """Return a recalculated value with its parts; a dash without a value."""
    parts = {"numerator": words.number(row.numerator), "denominator": words.number(row.denominator)}
    return words("history.value", value=words.percent(row.value_pct), **parts)


def _threshold(target: Target, scale: Scale) -> Limit | None:
    if target.threshold_pct is None:
        return None
    if target.kind == AMOUNT:
        name = capitalized(words("amount.goal"))
        label = f"{name} {scale.tick_text(FULL_PCT)}" if scale.assigned else name
        return Limit(target.threshold_pct, name, label)
    label = words("ranking.threshold", threshold=threshold_text(target))
    return Limit(target.threshold_pct, words("trend.threshold"), label)


def _path_limit(paths: dict[str, Progress]) -> Limit | None:
    """Return the newest milestone, where it differs from the threshold."""
    newest = paths[max(paths)] if paths else None
    if newest is None or newest.milestone_pct is None or newest.milestone_pct == newest.threshold_pct:
        return None
    is_common = newest.kind == AMOUNT or newest.milestone_pct == newest.common_path_pct
    label = words("ranking.path" if is_common else "ranking.own_path_short", path=milestone_text(newest))
    return Limit(newest.milestone_pct, words("trend.path"), label)


def _years(periods: Sequence[str]) -> tuple[Tick, ...]:
    if len(periods) <= FEW_PERIODS:
        return tuple(Tick(index, words.short_period(code)) for index, code in enumerate(periods))
    return tuple(Tick(index, year_of(code)) for index, code in enumerate(periods) if opens_year(code))
