"""HTML of a line chart over the quarters, for a page and for a slide.

Lines are an SVG that stretches with its box; points, scale and names are HTML at percentages of it, so that text
keeps its size on a phone and on a projector.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from markupsafe import Markup

from app.core.i18n import Words
from app.figures.line.spec import Line, LineSpec, apart
from app.figures.scale import FULL_PCT
from app.figures.series import Point, line_path
from app.records import Progress
from app.ui.templates import render

# The least distance between two names at the right end, in percent of the picture's height.
NAME_STEP_PCT = 10.5
# A slide's small course, in units of its box.
SLIDE_WIDTH, SLIDE_HEIGHT, SLIDE_MARGIN = 100.0, 40.0, 3.0


@dataclass(frozen=True, slots=True)
class _Plot:
    """Where values stand, in percent of the picture."""

    spec: LineSpec

    def x(self, index: float) -> float:
        return FULL_PCT * (index + 0.5) / max(1, len(self.spec.periods))

    def y(self, value: float) -> float:
        return FULL_PCT - FULL_PCT * self.spec.scale.share(value)

    def point(self, point: Point) -> str:
        return f"{self.x(point.index):.1f} {self.y(point.value):.1f}"

    def step(self, point: Point) -> str:
        """A milestone as wide as its quarter."""
        half = FULL_PCT / max(1, len(self.spec.periods)) / 2
        return f"M{self.x(point.index) - half:.1f} {self.y(point.value):.1f}h{2 * half:.1f}"


def course_chart(spec: LineSpec, link: Callable[[Progress], str], words: Words) -> Markup:
    """The picture on a page. `link(row)` is where a point leads; nothing where no course has a value."""
    if not any(line.segments for line in spec.lines):
        return Markup("")
    plot = _Plot(spec)
    behind_first = list(reversed(spec.lines))
    return render(
        "figures/line/course.html",
        spec=spec,
        plot=plot,
        lines=behind_first,
        d=partial(line_path, at=plot.point),
        names=_names(spec, plot),
        link=link,
        words=words,
    )


def slide_course(spec: LineSpec, title: str) -> Markup:
    """The small picture on a slide: its first line, the threshold, the first and the last quarter by name."""
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
        status=line.last.row.status,
    )


def _names(spec: LineSpec, plot: _Plot) -> list[tuple[Line, float]]:
    """The lines to be named at their right ends, each with the height of its name."""
    lines = spec.ended_lines
    heights = apart([plot.y(line.last.value) for line in lines if line.last], NAME_STEP_PCT)
    return list(zip(lines, heights, strict=True))


def _slide_x(index: int, count: int) -> float:
    return SLIDE_MARGIN + (SLIDE_WIDTH - 2 * SLIDE_MARGIN) * index / max(1, count - 1)


def _slide_y(spec: LineSpec) -> Callable[[float], float]:
    return lambda value: SLIDE_HEIGHT - SLIDE_MARGIN - (SLIDE_HEIGHT - 2 * SLIDE_MARGIN) * spec.scale.share(value)
