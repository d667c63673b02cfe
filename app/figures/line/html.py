"""HTML of a line chart over quarters, for a page and for a slide.

Lines are an SVG that stretches with its box; points, scale and names are HTML at percentages of it, so that text keeps
its size on a phone and on a projector.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from markupsafe import Markup

from app.core import formatting
from app.core.i18n import words
from app.core.status import is_unsure
from app.figures.annotations import HALF
from app.figures.line.spec import Line, LineSpec, apart, backcast_value
from app.figures.scale import FULL_PCT
from app.figures.series import BackcastPoint, Point, Series, line_path
from app.records import Progress
from app.ui.figure_text import points_text, value_text
from app.ui.status import figure_chip
from app.ui.tables import table
from app.ui.templates import render

# The minimum distance between two names at the right end, in percent of the chart's height.
NAME_STEP_PCT = 10.5
# Small series of a slide, in units of its box.
SLIDE_WIDTH, SLIDE_HEIGHT, SLIDE_MARGIN = 100.0, 40.0, 3.0


@dataclass(frozen=True, slots=True)
class _Plot:
    """Positions of values, in percent of the chart."""

    spec: LineSpec

    def x(self, index: float) -> str:
        return f"{self._across(index):.2f}"

    def y(self, value: float) -> str:
        return f"{self.height(value):.2f}"

    def height(self, value: float) -> float:
        """Return the distance of a value from the top."""
        return FULL_PCT - FULL_PCT * self.spec.scale.share(value)

    def _across(self, index: float) -> float:
        return FULL_PCT * (index + HALF) / max(1, len(self.spec.periods))

    def point(self, point: Point | BackcastPoint) -> str:
        return f"{self._across(point.index):.1f} {self.height(point.value):.1f}"

    def step(self, point: Point) -> str:
        """Return the path of a milestone, as wide as its quarter."""
        start, end = self._across(point.index - HALF), self._across(point.index + HALF)
        return f"M{start:.1f} {self.height(point.value):.1f}h{end - start:.1f}"


def series_chart(spec: LineSpec, link: Callable[[Progress], str], to_details: str = "") -> Markup:
    """Render the chart on a page; empty where no series has a value.

    `link(row)` is the address of a point, `to_details` that of the texts on breaks and notes.
    """
    if not any(line.segments for line in spec.lines):
        return Markup("")
    plot = _Plot(spec)
    behind_first = list(reversed(spec.lines))
    return render(
        "figures/line/course.html",
        spec=spec,
        plot=plot,
        lines=behind_first,
        kind=lambda line: line.series.style,
        d=partial(line_path, at=plot.point),
        names=_names(spec, plot),
        link=link,
        to_details=to_details,
    )


def pin_list(spec: LineSpec) -> Markup:
    """Render the shortened numbered notes below a chart; empty without any."""
    return render("figures/line/pins.html", spec=spec)


def series_details(spec: LineSpec, identity: str) -> Markup:
    """Render breaks, changes of territory and notes as text, and every quarter's figures, in a collapsed part.

    The first line's figures include their parts.
    """
    key = "trend.details_breaks" if spec.breaks else "trend.details"
    title = words(key, count=len(spec.breaks))
    return render(
        "figures/line/details.html",
        identity=identity,
        title=title,
        spec=spec,
        figures=_figures(spec),
    )


def _figures(spec: LineSpec) -> Markup:
    first, *others = spec.lines
    pasts = [line for line in spec.lines if line.past]
    heads = [
        (words("trend.period"), ""),
        (words("figures.numerator"), "n"),
        (words("figures.denominator"), "n"),
        (words("figures.value"), "n"),
        (words("figures.status"), ""),
    ]
    for line in others:
        heads += [(words("trend.beside", place=line.series.name), "n"), (words("trend.beside_status"), "")]
    heads += [(words("trend.beside", place=line.past.name), "n") for line in pasts if line.past]
    rows = [
        [
            _period(index, spec),
            *_own(_row_of(first.series, code)),
            *(cell for line in others for cell in _beside(_row_of(line.series, code))),
            *(_past(line.series, code) for line in pasts),
        ]
        for index, code in enumerate(spec.periods)
        if any(code in line.series.period_codes for line in spec.lines)
    ]
    return table("course", heads, reversed(rows), words("trend.caption"))


def _period(index: int, spec: LineSpec) -> str:
    """Return a quarter with its annotations."""
    labels = [mark.label for mark in spec.breaks if mark.index == index]
    labels += [words("pins.one", number=pin.number).strip() for pin in spec.pins if pin.index == index]
    return " · ".join([words.period(spec.periods[index]), *labels])


def _row_of(series: Series, period: str) -> Progress | None:
    return next((row for row in series.rows if row.period_code == period), None)


def _own(row: Progress | None) -> list[str]:
    if row is None:
        return [formatting.MISSING, formatting.MISSING, formatting.MISSING, ""]
    return [
        words.number(row.numerator),
        words.number(row.denominator),
        points_text(row),
        figure_chip(row),
    ]


def _beside(row: Progress | None) -> list[str]:
    return [formatting.MISSING, ""] if row is None else [value_text(row), figure_chip(row)]


def _past(series: Series, period: str) -> str:
    row = next((row for row in series.past if row.period_code == period), None)
    return formatting.MISSING if row is None else backcast_value(row)


def slide_series(spec: LineSpec, title: str) -> Markup:
    """Render the small chart on a slide: its first line, the threshold, the names of the first and the last quarter."""
    line = spec.lines[0]
    if line.last is None:
        return Markup("")
    y = _slide_y(spec)

    def at(point: Point) -> str:
        return f"{_slide_x(point.index, len(spec.periods)):.1f} {y(point.value):.1f}"

    return render(
        "figures/line/slide.html",
        title=title,
        first=spec.period_names[0],
        last=spec.period_names[-1],
        threshold=None if spec.threshold is None else y(spec.threshold.value),
        pieces=[line_path(segment, at) for segment in line.segments],
        end=at(line.last),
        pins=[(pin, f"{_slide_x(pin.index, len(spec.periods)):.1f}") for pin in spec.numbered_pins],
        status=line.last.row.shown_status,
        is_unsure=is_unsure(line.last.row.shown_status),
    )


def _names(spec: LineSpec, plot: _Plot) -> list[tuple[Line, float]]:
    """Return the lines to label at their right ends, each with the height of its name."""
    lines = spec.ended_lines
    heights = apart([plot.height(line.last.value) for line in lines if line.last], NAME_STEP_PCT)
    return list(zip(lines, heights, strict=True))


def _slide_x(index: int, count: int) -> float:
    return SLIDE_MARGIN + (SLIDE_WIDTH - 2 * SLIDE_MARGIN) * index / max(1, count - 1)


def _slide_y(spec: LineSpec) -> Callable[[float], float]:
    return lambda value: SLIDE_HEIGHT - SLIDE_MARGIN - (SLIDE_HEIGHT - 2 * SLIDE_MARGIN) * spec.scale.share(value)
