"""The funnel as a document: each district's figure against its size, with the limits of chance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from app.core.i18n import Words
from app.figures.drawing import svg_document
from app.figures.drawing.status_icons import sign
from app.figures.drawing.svg_document import MARGIN, Caption
from app.figures.drawing.text_metrics import width
from app.figures.funnel.html import FunnelPoint, position_words
from app.figures.grid.svg import in_words
from app.records import Progress, Target
from app.ui.figure_text import possible_statuses, value_text
from app.ui.palette import ACCENT, INK, LIGHT

WIDE, HIGH, LEFT, TOP, FOOT = 1000.0, 470.0, 74.0, 14.0, 52.0
RIGHT = WIDE - 150.0
ROOM, AIR_PCT, RADIUS, NAME_PX = 1.08, 6.0, 9.0, 12.0
LIMITS = (
    ("95", "6 4", "funnel_95_low_pct", "funnel_95_high_pct"),
    ("99.8", "1.5 3", "funnel_998_low_pct", "funnel_998_high_pct"),
)


@dataclass(frozen=True, slots=True)
class _Scale:
    """Where sizes and figures stand."""

    widest: float
    low: float
    high: float

    def x(self, size: float) -> float:
        return LEFT + (RIGHT - LEFT) * size / self.widest

    def y(self, value: float) -> float:
        bottom = HIGH - FOOT
        return bottom - (bottom - TOP) * (min(max(value, self.low), self.high) - self.low) / (self.high - self.low)


def funnel_chart(caption: Caption, points: Sequence[FunnelPoint], city: Progress, target: Target, words: Words) -> str:
    """Points by status and sign, the city's figure, the limits of 95 % and 99.8 %, the names of those outside."""
    points = sorted(points, key=lambda point: point.row.denominator or 0.0)
    values = [point.row.value_pct or 0.0 for point in points]
    high = max([*values, *(point.limits.funnel_998_high_pct for point in points)]) + AIR_PCT
    low = max(0.0, min([*values, *(point.limits.funnel_998_low_pct for point in points)]) - AIR_PCT)
    scale = _Scale(max(point.row.denominator or 1.0 for point in points) * ROOM, low, high)
    body = _axes(scale, target, words) + _limits(scale, points, words)
    level = scale.y(city.value_pct or 0.0)
    body += svg_document.path(f"M{LEFT:.1f} {level:.1f}H{RIGHT:.1f}", ACCENT, 2)
    body += svg_document.text(RIGHT + 8, level + 4.4, words("funnel.city", value=value_text(city, words)), NAME_PX)
    body += Markup("").join(_point(scale, point) for point in points) + _names(scale, points, words)
    keys, tall = svg_document.legend(possible_statuses(target), HIGH + 8, WIDE - 2 * MARGIN, words, False)
    story = [
        f"{words.of(point.unit, 'name')}: {in_words(point.row, words)}, {position_words(point, words)}"
        for point in points
    ]
    return svg_document.document(caption, body + keys, (WIDE, tall), story)


def _axes(scale: _Scale, target: Target, words: Words) -> str:
    drawn = Markup("")
    step = 10 if scale.high - scale.low < 60 else 20
    for value in range(-(-int(scale.low) // step) * step, int(scale.high) + 1, step):
        y = scale.y(value)
        drawn += svg_document.path(f"M{LEFT:.1f} {y:.1f}H{RIGHT:.1f}", LIGHT["faint"], 1)
        drawn += svg_document.text(LEFT - 8, y + 4.4, f"{words.number(value)}%", NAME_PX, text_anchor="end")
    bottom, size_step = HIGH - FOOT, _round_step(scale.widest / 6)
    drawn += svg_document.path(f"M{LEFT:.1f} {bottom:.1f}H{RIGHT:.1f}", svg_document.EDGE, 1)
    for place in range(int(scale.widest // size_step) + 1):
        size = place * size_step
        drawn += svg_document.text(scale.x(size), bottom + 18, words.number(size), NAME_PX, text_anchor="middle")
    middle = (LEFT + RIGHT) / 2
    return drawn + svg_document.text(middle, bottom + 40, words.of(target, "denominator"), 12.5, text_anchor="middle")


def _round_step(least: float) -> int:
    return next(step for step in (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 5000, 10**9) if step >= least)


def _limits(scale: _Scale, points: Sequence[FunnelPoint], words: Words) -> str:
    corners = list({point.row.denominator: point for point in points}.values())
    drawn = Markup("")
    for share, dash, low, high in LIMITS:
        for bound in (low, high):
            steps = [(scale.x(one.row.denominator or 0.0), scale.y(getattr(one.limits, bound))) for one in corners]
            drawn += svg_document.path(
                "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in steps), INK, 1.2, stroke_dasharray=dash
            )
        end = scale.y(getattr(corners[-1].limits, low))
        shift = 4.4 if share == "95" else 18.4
        name = words("funnel.limit", share=words.percent(float(share)))
        drawn += svg_document.text(RIGHT + 8, end + shift, name, 11.5, fill=svg_document.MUTED)
    return drawn


def _at(scale: _Scale, point: FunnelPoint) -> tuple[float, float]:
    return scale.x(point.row.denominator or 0.0), scale.y(point.row.value_pct or 0.0)


def _point(scale: _Scale, point: FunnelPoint) -> str:
    x, y = _at(scale, point)
    status = point.row.status
    ground = svg_document.circle(x, y, RADIUS, svg_document.fill_of(status), stroke=INK)
    return ground + sign(status, x, y, svg_document.ink_of(status))


def _names(scale: _Scale, points: Sequence[FunnelPoint], words: Words) -> str:
    """The names of districts outside the limits, each where it lies over nothing; one without room stays unnamed."""
    taken = [(x - RADIUS, y - RADIUS, x + RADIUS, y + RADIUS) for x, y in (_at(scale, point) for point in points)]
    drawn = Markup("")
    for point in points:
        if point.limits.is_inside:
            continue
        name, (x, y) = words.of(point.unit, "short_name"), _at(scale, point)
        long = width(name, NAME_PX, is_bold=True)
        for left, top in ((x + 13, y - 7), (x - 13 - long, y - 7), (x - long / 2, y - 26), (x - long / 2, y + 12)):
            place = (left, top, left + long, top + 14)
            if left > LEFT and place[2] < RIGHT and top > 0 and not any(_overlaps(place, other) for other in taken):
                taken.append(place)
                drawn += svg_document.on_lines(left + long / 2, top + 11.5, name, NAME_PX)
                break
    return drawn


def _overlaps(one: tuple[float, float, float, float], other: tuple[float, float, float, float]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
