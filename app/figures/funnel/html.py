"""HTML of the funnel in words and figures, and its table as a file: which districts differ from the city by more than
chance, and which do not."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from app.core.i18n import Words
from app.core.sheet import Field, Sheet, sheet_of
from app.core.url_state import Href
from app.figures.funnel.spec import FunnelPoint, FunnelSpec, position_words
from app.ui.figure_text import value_text
from app.ui.page_header import link_to
from app.ui.status import chip
from app.ui.tables import Column, table_of
from app.ui.templates import render

MANY_OUTSIDE = 1 / 3


def funnel_words(spec: FunnelSpec, link: Href, words: Words) -> Markup:
    """What the funnel says, in sentences, outliers by name; what must not be concluded comes last."""
    points = [mark.point for mark in spec.marks]
    lines = [
        words.markup("funnel.inside_count", inside=spec.inside_count, of=len(points), city=value_text(spec.city, words))
    ]
    for side in ("below", "above"):
        names = [
            link_to(
                link("district", unit=point.row.unit_code, target=point.row.target_code),
                words("funnel.named", place=words.of(point.unit, "short_name"), value=value_text(point.row, words)),
            )
            for point in sorted(points, key=lambda point: point.value, reverse=side == "above")
            if point.limits.funnel_position.startswith(side)
        ]
        if names:
            lines.append(words.markup(f"funnel.{side}_names", places=words.join(names), count=len(names)))
    outside = len(points) - spec.inside_count
    lines.append(words.markup("funnel.many" if outside > MANY_OUTSIDE * len(points) else "funnel.few"))
    return Markup("<p class='says'>{}</p>").format(Markup(" ").join(lines))


def funnel_details(spec: FunnelSpec, words: Words) -> Markup:
    """Every district's figure, size and limits, folded away."""
    columns: list[Column[FunnelPoint]] = [
        Column("figures.unit", lambda point: words.of(point.unit, "name")),
        Column("figures.denominator", lambda point: words.number(point.row.denominator), "n"),
        Column("figures.value", lambda point: value_text(point.row, words), "n"),
        Column(
            "funnel.limits_95",
            lambda point: _range(point.limits.funnel_95_low_pct, point.limits.funnel_95_high_pct, words),
            "n",
        ),
        Column(
            "funnel.limits_998",
            lambda point: _range(point.limits.funnel_998_low_pct, point.limits.funnel_998_high_pct, words),
            "n",
        ),
        Column("funnel.position", lambda point: position_words(point, words)),
        Column("figures.status", lambda point: chip(point.row.status, words, point.row.is_provisional)),
    ]
    figures = table_of("funnel", columns, [mark.point for mark in spec.marks], words("funnel.caption"), words)
    return render("figures/funnel/details.html", title=words("funnel.details"), figures=figures)


def funnel_sheet(title: str, points: Sequence[FunnelPoint], words: Words) -> Sheet:
    """The funnel as raw values."""
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
        Field("funnel.position", lambda point: position_words(point, words)),
    )
    return sheet_of(title, fields, points, words)


def _range(low: float, high: float, words: Words) -> str:
    return f"{words.percent(low)}–{words.percent(high)}"
