"""HTML of the funnel: the chart, sentences on districts that differ from the city by more than chance, and its table.

Lines are an SVG that stretches with its box; points, ticks and names are HTML at percentages of it, so that text keeps
its size on a phone.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from app.core.i18n import words
from app.core.levels import unit_page
from app.core.sheet import Field, Sheet, sheet_of
from app.core.status import certain_of, in_order
from app.core.url_state import Href
from app.figures.funnel import plot
from app.figures.funnel.spec import Corner, FunnelPoint, FunnelSpec, LimitLines, position_words
from app.figures.scale import FULL_PCT
from app.records import Progress
from app.ui.exploring import Exploring
from app.ui.figure_text import value_text
from app.ui.page_header import link_to
from app.ui.status import figure_chip
from app.ui.tables import Column, table_of
from app.ui.templates import render

MANY_OUTSIDE = 1 / 3
# The signs of statuses as shapes: a disc, a square, a triangle that points down, a cross.
SHAPES = {
    "met": "M5 0A5 5 0 1 1-5 0A5 5 0 1 1 5 0Z",
    "on_track": "M5 5H-5V-5H5Z",
    "behind": "M-5.8-2.9H5.8L0 5.2Z",
    "far_behind": "M0 2.8l2.8 2.8 2.8-2.8L2.8 0 5.6-2.8 2.8-5.6 0-2.8-2.8-5.6-5.6-2.8-2.8 0-5.6 2.8-2.8 5.6Z",
}


@dataclass(frozen=True, slots=True)
class _Plot:
    """Positions of sizes and values, in percent of the chart."""

    spec: FunnelSpec

    def x(self, size: float) -> str:
        return f"{FULL_PCT * self.spec.across(size):.2f}"

    def y(self, value: float) -> str:
        return f"{FULL_PCT * (1 - self.spec.up(value)):.2f}"

    def limit(self, lines: LimitLines) -> str:
        """Return the lower and the upper limit."""
        return "M" + self._lows(lines.corners) + "M" + self._highs(lines.corners)

    def ground(self, lines: LimitLines) -> str:
        """Return the area between the two limits."""
        return "M" + self._lows(lines.corners) + "L" + self._highs(tuple(reversed(lines.corners))) + "z"

    def _lows(self, corners: Sequence[Corner]) -> str:
        return "L".join(f"{self.x(corner.size)} {self.y(corner.low)}" for corner in corners)

    def _highs(self, corners: Sequence[Corner]) -> str:
        return "L".join(f"{self.x(corner.size)} {self.y(corner.high)}" for corner in corners)


def funnel_picture(spec: FunnelSpec, link: Callable[[Progress], str], exploring: Exploring | None = None) -> Markup:
    """Render points by status and sign, limits of 95 % and 99.8 % through the points' own limits, names of outliers.

    `link(row)` is the address of a point.
    """
    named = plot.names_beside(spec)
    return render(
        "figures/funnel/picture.html",
        name="funnel",
        height=plot.HEIGHT_EM,
        exploring=exploring,
        spec=spec,
        plot=_Plot(spec),
        label=_inside_count(spec),
        names=[(mark, named[code]) for mark in spec.marks if (code := mark.point.row.unit_code) in named],
        statuses=in_order(mark.point.row.shown_status for mark in spec.marks),
        grounded=plot.GROUNDED,
        kind=_kind,
        symbol=_symbol,
        link=link,
    )


def _kind(lines: LimitLines) -> str:
    return "inner" if lines.share == plot.GROUNDED else "outer"


def _symbol(status: str) -> Markup:
    return render("figures/funnel/symbol.html", status=status, shape=SHAPES.get(certain_of(status), ""))


def funnel_words(spec: FunnelSpec, link: Href) -> Markup:
    """Render the findings in sentences, outliers by name; a warning about wrong conclusions comes last."""
    points = [mark.point for mark in spec.marks]
    lines = [Markup.escape(_inside_count(spec))]
    for side in ("below", "above"):
        names = [
            link_to(
                link(unit_page(point.row.unit_level), unit=point.row.unit_code, target=point.row.target_code),
                words("funnel.named", place=words.of(point.unit, "short_name"), value=value_text(point.row)),
            )
            for point in sorted(points, key=lambda point: point.value, reverse=side == "above")
            if point.limits.funnel_position.startswith(side)
        ]
        if names:
            lines.append(words.markup(f"funnel.{side}_names", places=words.join(names), count=len(names)))
    outside = len(points) - spec.inside_count
    lines.append(words.markup("funnel.many" if outside > MANY_OUTSIDE * len(points) else "funnel.few"))
    return Markup("<p class='says'>{}</p>").format(Markup(" ").join(lines))


def _inside_count(spec: FunnelSpec) -> str:
    """Return how many districts differ from the city by no more than chance, as a sentence."""
    city = value_text(spec.city)
    return words("funnel.inside_count", inside=spec.inside_count, of=len(spec.marks), city=city)


def funnel_details(spec: FunnelSpec) -> Markup:
    """Render every district's figure, size and limits in a collapsed part."""
    columns: list[Column[FunnelPoint]] = [
        Column("figures.unit", lambda point: words.of(point.unit, "name")),
        Column("figures.denominator", lambda point: words.number(point.row.denominator), "n"),
        Column("figures.value", lambda point: value_text(point.row), "n"),
        Column(
            "funnel.limits_95",
            lambda point: _range(point.limits.funnel_95_low_pct, point.limits.funnel_95_high_pct),
            "n",
        ),
        Column(
            "funnel.limits_998",
            lambda point: _range(point.limits.funnel_998_low_pct, point.limits.funnel_998_high_pct),
            "n",
        ),
        Column("funnel.position", position_words),
        Column("figures.status", lambda point: figure_chip(point.row)),
    ]
    figures = table_of("funnel", columns, [mark.point for mark in spec.marks], words("funnel.caption"))
    return render("figures/funnel/details.html", title=words("funnel.details"), figures=figures)


def funnel_sheet(title: str, points: Sequence[FunnelPoint]) -> Sheet:
    """Return the funnel as raw values."""
    fields: tuple[Field[FunnelPoint], ...] = (
        Field("sheet.unit_code", lambda point: point.row.unit_code),
        Field("sheet.unit", lambda point: words.of(point.unit, "name")),
        Field("figures.numerator", lambda point: point.row.numerator, "count"),
        Field("figures.denominator", lambda point: point.row.denominator, "count"),
        Field("figures.value", lambda point: point.row.value_pct, "percent"),
        Field("funnel.low_95", lambda point: point.limits.funnel_95_low_pct, "percent"),
        Field("funnel.high_95", lambda point: point.limits.funnel_95_high_pct, "percent"),
        Field("funnel.low_998", lambda point: point.limits.funnel_998_low_pct, "percent"),
        Field("funnel.high_998", lambda point: point.limits.funnel_998_high_pct, "percent"),
        Field("funnel.position", position_words),
    )
    return sheet_of(title, fields, points)


def _range(low: float, high: float) -> str:
    return f"{words.percent(low)}–{words.percent(high)}"
