"""HTML of a target's trend: the chart, and its content as text and figures.

Lines are an SVG that stretches with its box; points, ticks and names are HTML at percentages of it, so that text keeps
its size on a phone.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from markupsafe import Markup

from app.figures.line.html import pin_list, series_details
from app.figures.line.spec import Line
from app.figures.scale import FULL_PCT
from app.figures.series import BackcastPoint, Point, line_path
from app.figures.trend import plot
from app.figures.trend.spec import Outlook, TrendSpec
from app.records import Progress
from app.ui.exploring import Exploring
from app.ui.templates import render


@dataclass(frozen=True, slots=True)
class _Plot:
    """Positions of quarters and values, in percent of the chart."""

    spec: TrendSpec

    @property
    def end(self) -> float:
        """Return the end of the newest quarter, in quarters."""
        return plot.quarters_end(self.spec)

    def x(self, quarter: float) -> str:
        left, right = plot.quarter_range(self.spec)
        return f"{FULL_PCT * (quarter - left) / (right - left):.2f}"

    def y(self, value: float) -> str:
        low, high = plot.value_range(self.spec)
        # A projection may begin before a cut axis.
        return f"{FULL_PCT * (high - max(low, value)) / (high - low):.2f}"

    def wedge(self, outlook: Outlook) -> str:
        """Return the area from the newest value to the projected range at the end of the year."""
        ends = f"L{self.x(outlook.index)} {self.y(outlook.high)}V{self.y(outlook.low)}z"
        return f"M{self.point(outlook.start)}{ends}"

    def point(self, point: Point | BackcastPoint) -> str:
        return f"{self.x(point.index)} {self.y(point.value)}"

    def steps(self, piece: Sequence[Point]) -> str:
        """Return the path of milestones, each as wide as its quarter."""
        return "M" + "L".join(f"{self.x(quarter)} {self.y(value)}" for quarter, value in plot.milestone_steps(piece))


def trend_picture(
    spec: TrendSpec,
    link: Callable[[Progress], str],
    to_breaks: str,
    exploring: Exploring | None = None,
) -> Markup:
    """Render lines over quarters: the city, a district beside it, threshold, milestones, breaks of the series, notes.

    `link(row)` is the address of a point, `to_breaks` that of the texts on breaks and notes.
    """
    positions = _Plot(spec)
    city = spec.chart.lines[0]

    def kind(line: Line) -> str:
        return "main" if line is city else "beside"

    picture = render(
        "figures/trend/picture.html",
        name="trend",
        height=plot.height_em(spec),
        exploring=exploring,
        spec=spec,
        plot=positions,
        lines=list(reversed(spec.chart.lines)),
        kind=kind,
        d=partial(line_path, at=positions.point),
        last_values=plot.last_values(spec),
        marked=lambda line: line.marked_indices,
        rows=spec.chart.rows_above,
        break_mark_value=plot.break_mark_value(spec),
        label=spec.chart.text,
        link=link,
        to_breaks=to_breaks,
    )
    return picture + pin_list(spec.chart)


def trend_details(spec: TrendSpec) -> Markup:
    """Render the breaks of the series as text and every quarter's figures, in a collapsed part."""
    return series_details(spec.chart, "trend-figures")
