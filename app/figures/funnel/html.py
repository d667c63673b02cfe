"""The funnel in words and figures: which districts differ from the city by more than chance, and which do not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

from app.core.i18n import Words
from app.core.sheet import Column, Sheet
from app.core.url_state import Href
from app.records import Progress, Target, Unit
from app.records.target import FunnelLimits
from app.ui.figure_text import explain, value_text
from app.ui.page_header import link_to
from app.ui.status import chip
from app.ui.tables import table

# With fewer different sizes there is no funnel to see, only a heap of points.
LEAST_SIZES = 3
MANY_OUTSIDE = 1 / 3


@dataclass(frozen=True, slots=True)
class FunnelPoint:
    """A district's figure with the limits at its own size; smallest denominator first in a funnel."""

    row: Progress
    unit: Unit
    limits: FunnelLimits


def funnel_points(
    limits: Sequence[FunnelLimits], rows: Mapping[str, Progress], units: Mapping[str, Unit]
) -> list[FunnelPoint]:
    """The districts that can be judged by size."""
    return [
        FunnelPoint(rows[limit.unit_code], units[limit.unit_code], limit)
        for limit in limits
        if limit.unit_code in rows and limit.unit_code in units
    ]


def has_picture(points: Sequence[FunnelPoint]) -> bool:
    """Whether districts differ enough in size for a funnel to say something."""
    return len({point.row.denominator for point in points}) >= LEAST_SIZES


def position_words(point: FunnelPoint, words: Words) -> str:
    """What a point's place in the funnel means."""
    return words(f"funnel.{point.limits.funnel_position}")


def point_words(point: FunnelPoint, target: Target, words: Words) -> str:
    """The explanation of a point: the figure's own, and what chance would allow at its size."""
    limits = point.limits
    allowed = words(
        "funnel.allowed",
        low=words.percent(limits.funnel_95_low_pct),
        high=words.percent(limits.funnel_95_high_pct),
    )
    told = explain(point.row, target, words.of(point.unit, "name"), words)
    return f"{told}\n{allowed}\n{position_words(point, words)}"


def funnel_words(points: Sequence[FunnelPoint], city: Progress, link: Href, words: Words) -> Markup:
    """What the funnel says, in sentences, outliers by name; what must not be concluded comes last."""
    inside = sum(point.limits.is_inside for point in points)
    lines = [words.markup("funnel.inside_count", inside=inside, of=len(points), city=value_text(city, words))]
    for side in ("below", "above"):
        names = [
            link_to(
                link("district", unit=point.row.unit_code, target=point.row.target_code),
                words("funnel.named", place=words.of(point.unit, "short_name"), value=value_text(point.row, words)),
            )
            for point in sorted(points, key=lambda point: point.row.value_pct or 0.0, reverse=side == "above")
            if point.limits.funnel_position.startswith(side)
        ]
        if names:
            lines.append(words.markup(f"funnel.{side}_names", places=words.join(names), count=len(names)))
    outside = len(points) - inside
    lines.append(words.markup("funnel.many" if outside > MANY_OUTSIDE * len(points) else "funnel.few"))
    return Markup("<p class='says'>" + " ".join(lines) + "</p>")


def funnel_details(points: Sequence[FunnelPoint], words: Words) -> Markup:
    """Every district's figure, size and limits, folded away."""
    heads = [
        (words("figures.unit"), ""),
        (words("figures.denominator"), "n"),
        (words("figures.value"), "n"),
        (words("funnel.limits_95"), "n"),
        (words("funnel.limits_998"), "n"),
        (words("funnel.position"), ""),
        (words("figures.status"), ""),
    ]
    lines = [
        (
            words.of(point.unit, "name"),
            words.number(point.row.denominator),
            value_text(point.row, words),
            _range(point.limits.funnel_95_low_pct, point.limits.funnel_95_high_pct, words),
            _range(point.limits.funnel_998_low_pct, point.limits.funnel_998_high_pct, words),
            position_words(point, words),
            chip(point.row.status, words, point.row.is_provisional),
        )
        for point in points
    ]
    body = table("funnel", heads, lines, words("funnel.caption"))
    return Markup(f"<details class='figures-of'><summary>{escape(words('funnel.details'))}</summary>{body}</details>")


def funnel_sheet(title: str, points: Sequence[FunnelPoint], words: Words) -> Sheet:
    """The funnel as raw values."""
    columns = (
        Column(words("sheet.unit_code")),
        Column(words("sheet.unit")),
        Column(words("figures.numerator"), "count"),
        Column(words("figures.denominator"), "count"),
        Column(words("figures.value"), "percent"),
        Column(words("funnel.low", share="95"), "percent"),
        Column(words("funnel.high", share="95"), "percent"),
        Column(words("funnel.low", share="99.8"), "percent"),
        Column(words("funnel.high", share="99.8"), "percent"),
        Column(words("funnel.position")),
    )
    rows = tuple(
        (
            point.row.unit_code,
            words.of(point.unit, "name"),
            point.row.numerator,
            point.row.denominator,
            point.row.value_pct,
            point.limits.funnel_95_low_pct,
            point.limits.funnel_95_high_pct,
            point.limits.funnel_998_low_pct,
            point.limits.funnel_998_high_pct,
            position_words(point, words),
        )
        for point in points
    )
    return Sheet(title, columns, rows)


def _range(low: float, high: float, words: Words) -> str:
    return f"{words.percent(low)}–{words.percent(high)}"
