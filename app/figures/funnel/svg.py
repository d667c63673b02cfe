"""Funnel plot as an SVG document."""

from __future__ import annotations

from markupsafe import Markup

from app.figures.drawing.status_icons import sign
from app.figures.drawing.svg_document import (
    EDGE,
    MARGIN,
    Caption,
    circle,
    document,
    fill_of,
    ink_of,
    legend,
    on_lines,
    path,
    text,
)
from app.figures.drawing.text_metrics import width
from app.figures.funnel.label_places import Area, Lettering, Spot, placed_labels
from app.figures.funnel.spec import FunnelSpec, LimitLines, Mark
from app.ui.palette import ACCENT, INK, LIGHT, MUTED

WIDE = 1000.0
HIGH = 470.0
LEFT = 74.0
RIGHT = WIDE - 150.0
TOP = 14.0
BOTTOM = HIGH - 52.0
RADIUS = 9.0
CHOSEN_RADIUS = 11.0
NAME_PX = 12.0
# From the top of a name's line to its baseline.
BASELINE_PX = 11.5
LETTERING = Lettering(
    lambda name: width(name, NAME_PX, is_bold=True), line=14.0, radius=RADIUS, beside=13.0, above=12.0
)
DASHES = {95.0: "6 4", 99.8: "1.5 3"}
# Positions of the names of both limits at the right end, below each other.
NAMES_DOWN = {95.0: 4.4, 99.8: 18.4}


def funnel_chart(caption: Caption, spec: FunnelSpec) -> Markup:
    """Render points by status and sign, the city's figure, the limits of 95 % and 99.8 %, the names of outliers."""
    keys, tall = legend(spec.statuses, HIGH + 8, WIDE - 2 * MARGIN, has_provisional=False)
    body = Markup("").join(
        [
            _axes(spec),
            *(_limit(spec, lines) for lines in reversed(spec.limits)),
            _city(spec),
            *(_point(spec, mark) for mark in spec.marks),
            _names(spec),
            keys,
        ]
    )
    return document(caption, body, (WIDE, tall), spec.story)


def _x(spec: FunnelSpec, size: float) -> float:
    return LEFT + (RIGHT - LEFT) * spec.across(size)


def _y(spec: FunnelSpec, value: float) -> float:
    return BOTTOM - (BOTTOM - TOP) * spec.up(value)


def _axes(spec: FunnelSpec) -> Markup:
    svg = Markup("")
    for value, label in zip(spec.value_ticks.values, spec.value_ticks.texts, strict=True):
        y = _y(spec, value)
        svg += path(f"M{LEFT:.1f} {y:.1f}H{RIGHT:.1f}", LIGHT["faint"], 1)
        svg += text(LEFT - 8, y + 4.4, label, NAME_PX, text_anchor="end")
    svg += path(f"M{LEFT:.1f} {BOTTOM:.1f}H{RIGHT:.1f}", EDGE, 1)
    for size, label in zip(spec.size_ticks.values, spec.size_ticks.texts, strict=True):
        svg += text(_x(spec, size), BOTTOM + 18, label, NAME_PX, text_anchor="middle")
    return svg + text((LEFT + RIGHT) / 2, BOTTOM + 40, spec.size_name, 12.5, text_anchor="middle")


def _limit(spec: FunnelSpec, lines: LimitLines) -> Markup:
    svg = Markup("")
    for bounds in (
        [(corner.size, corner.low) for corner in lines.corners],
        [(corner.size, corner.high) for corner in lines.corners],
    ):
        steps = "L".join(f"{_x(spec, size):.1f} {_y(spec, bound):.1f}" for size, bound in bounds)
        svg += path(f"M{steps}", INK, 1.2, stroke_dasharray=DASHES[lines.share])
    end = _y(spec, lines.corners[-1].low)
    return svg + text(RIGHT + 8, end + NAMES_DOWN[lines.share], lines.name, 11.5, fill=MUTED)


def _city(spec: FunnelSpec) -> Markup:
    y = _y(spec, spec.city_value)
    line = path(f"M{LEFT:.1f} {y:.1f}H{RIGHT:.1f}", ACCENT, 2)
    return line + text(RIGHT + 8, y + 4.4, spec.city_name, NAME_PX)


def _point(spec: FunnelSpec, mark: Mark) -> Markup:
    x = _x(spec, mark.point.size)
    y = _y(spec, mark.point.value)
    status = mark.point.row.shown_status
    radius = CHOSEN_RADIUS if mark.is_chosen else RADIUS
    return circle(x, y, radius, fill_of(status), stroke=INK) + sign(status, x, y, ink_of(status))


def _names(spec: FunnelSpec) -> Markup:
    spots = {
        mark.point.row.unit_code: Spot(_x(spec, mark.point.size) - LEFT, _y(spec, mark.point.value) - TOP)
        for mark in spec.marks
    }
    labels = placed_labels(spots, spec.names, Area(RIGHT - LEFT, BOTTOM - TOP), LETTERING)
    return Markup("").join(
        on_lines(LEFT + (label.box.left + label.box.right) / 2, TOP + label.box.top + BASELINE_PX, label.text, NAME_PX)
        for label in labels.values()
    )
