"""Spec of a target's trend: the city's series, a district's beside it, and breaks of the series."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.core.i18n import words
from app.core.period_code import year_of
from app.core.status import in_order, sign_of
from app.figures.line.spec import LineSpec, line_spec
from app.figures.scale import FULL_PCT, Scale
from app.figures.series import Point, Series
from app.records import Progress, Target
from app.records.target import SeriesBreak
from app.ui.figure_text import legend_statuses, value_and_status, value_text
from warehouse.desk import Note

# Beside the ranking, on a screen of 1280 pixels, names of more periods lie over each other.
MOST_NAMED_PERIODS = 28


@dataclass(frozen=True, slots=True)
class Absence:
    """Period without a figure, and the status that explains it."""

    index: int
    status: str


@dataclass(frozen=True, slots=True)
class Range:
    """Possible range of a period's figure with its missing reports, in points."""

    index: int
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Outlook:
    """Projected range of the year from its newest value to its last period.

    The ends follow the slowest and the fastest of the city's past years.
    """

    start: Point
    index: int
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class TrendSpec:
    """Trend chart: the series (the city's first), and their annotations.

    `ranges` and `outlook` are the city's. `period_lines` are the axis' labels, including those of `outlook`, each of
    one or two lines: the year is written once, below its first quarter; of a long series only years are. `keys` explain
    the states of periods without a figure, gaps of the line, and a cut axis. `sentences` describe each series, `story`
    the city's by quarter and the district's in a sentence; `statuses` are those of the legend.
    """

    chart: LineSpec
    period_lines: tuple[tuple[str, ...], ...]
    absences: tuple[Absence, ...]
    keys: tuple[str, ...]
    ranges: tuple[Range, ...]
    outlook: Outlook | None
    statuses: tuple[str, ...]
    sentences: tuple[str, ...]
    story: tuple[str, ...]


def trend_spec(
    city: Series,
    target: Target,
    breaks: Sequence[SeriesBreak] = (),
    beside: Series | None = None,
    ahead: Sequence[str] = (),
    notes: Sequence[Note] = (),
) -> TrendSpec:
    """Return the chart of the city's series, with `beside` on the same quarters and the same scale.

    `ahead` are the remaining periods of this year, `notes` those on either unit.
    """
    every_series = [city] if beside is None else [city, beside]
    outlook = _outlook(city.rows, len(ahead))
    periods = [*(row.period_code for row in city.rows), *(ahead if outlook else ())]
    chart = line_spec(every_series, periods, target, breaks=breaks, notes=notes)
    absences = tuple(Absence(index, row.status) for index, row in enumerate(city.rows) if row.value_pct is None)
    sentences = [_sentence(series) for series in reversed(every_series)]
    if any(row.restarts for row in city.rows[1:]):
        sentences.append(words("trend.restarts"))
    story = [f"{words.period(row.period_code)}: {value_and_status(row)}" for row in city.rows]
    story += [f"{mark.period}: {mark.label}" for mark in chart.breaks]
    story += [pin.short for pin in chart.pins]
    if beside is not None:
        story.append(_sentence(beside))
    story += chart.asides
    if outlook:
        ends = {"low": chart.scale.tick_text(outlook.low), "high": chart.scale.tick_text(outlook.high)}
        story.append(words("trend.outlook_words", period=words.period(periods[-1]), **ends))
    return TrendSpec(
        chart=chart,
        period_lines=_period_lines(periods),
        absences=absences,
        keys=_keys(city, absences, chart.scale),
        ranges=_ranges(city.rows),
        outlook=outlook,
        statuses=legend_statuses(target, [*city.rows, *_points(beside)]),
        sentences=tuple(sentences),
        story=tuple(story),
    )


def _keys(city: Series, absences: Sequence[Absence], scale: Scale) -> tuple[str, ...]:
    keys = [f"{sign_of(status)} {words.status(status)}" for status in in_order(one.status for one in absences)]
    if any(row.restarts for row in city.rows[1:]):
        keys.append(words("trend.restarts_key"))
    if scale.is_cut:
        keys.append(words("trend.cut", start=scale.tick_text(scale.start)))
    return tuple(keys)


def _points(series: Series | None) -> list[Progress]:
    return [row for row in series.rows if row.value_pct is not None] if series else []


def _ranges(rows: Sequence[Progress]) -> tuple[Range, ...]:
    """Return the ranges of the figures that missing reports can change."""
    return tuple(
        Range(index, row.bound_low_pct, row.bound_high_pct)
        for index, row in enumerate(rows)
        if row.value_pct is not None
        and row.bound_low_pct is not None
        and row.bound_high_pct is not None
        and row.bound_high_pct > row.bound_low_pct
    )


def _outlook(rows: Sequence[Progress], ahead_count: int) -> Outlook | None:
    """Return the projected range of the year; None without a projection, or if the newest period has no figure."""
    newest = rows[-1]
    value, low, high = newest.value_pct, newest.projected_low_pct, newest.projected_high_pct
    if value is None or low is None or high is None or not ahead_count:
        return None
    start = Point(len(rows) - 1, value, newest)
    most = max(value, FULL_PCT)
    return Outlook(start, start.index + ahead_count, min(low, most), min(high, most))


def _period_lines(codes: Sequence[str]) -> tuple[tuple[str, ...], ...]:
    lines: list[tuple[str, ...]] = []
    for index, code in enumerate(codes):
        quarter = words.of_period("trend.", code) if len(codes) <= MOST_NAMED_PERIODS else ""
        is_first = index == 0 or year_of(codes[index - 1]) != year_of(code)
        lines.append((quarter, year_of(code)) if is_first else (quarter,))
    return tuple(lines)


def _sentence(series: Series) -> str:
    """Return the series in a sentence: its first value, its lowest and highest, its newest."""
    known = [(row.value_pct, row) for row in series.rows if row.value_pct is not None and row.is_judged]
    if not known:
        return words("trend.nothing")

    def when(row: Progress) -> str:
        return words.period(row.period_code)

    first = known[0][1]
    last = known[-1][1]
    so_far = _so_far(series)
    if len(known) == 1:
        return words("trend.one", place=series.name, value=value_text(first), period=when(first)) + so_far
    low = min(known, key=lambda pair: pair[0])[1]
    high = max(known, key=lambda pair: pair[0])[1]
    sentence = words(
        "trend.words",
        place=series.name,
        first=when(first),
        last=when(last),
        low=value_text(low),
        low_period=when(low),
        high=value_text(high),
        high_period=when(high),
        now=value_text(last),
    )
    return sentence + so_far


def _so_far(series: Series) -> str:
    """Return a sentence on the newest value if it is not judged yet; else empty."""
    newest = series.rows[-1]
    if not newest.is_so_far:
        return ""
    return " " + words("trend.so_far", period=words.period(newest.period_code), value=value_text(newest))
