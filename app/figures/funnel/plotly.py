"""The funnel plot: each district's figure against its size, with the limits of chance. Import this lazily."""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go

from app.core.i18n import Words
from app.core.status import JUDGED
from app.figures.drawing.plotly_style import FIGURES, PAPER, SYMBOLS, axis, empty, layout, told
from app.figures.funnel.html import FunnelPoint, point_words
from app.figures.funnel.label_places import Placed, placed_labels
from app.records import Progress, Target
from app.ui.figure_text import value_text
from app.ui.palette import ACCENT, INK, MUTED, STATUS_FILL, SURFACE

HEIGHT_PX = 330
# The plot area that labels are placed for: a phone's, so that they fit everywhere.
PLOT_WIDTH_PX, PLOT_HEIGHT_PX = 300.0, 200.0
ROOM = 1.08
FULL_PCT = 100.0


def funnel_figure(
    points: Sequence[FunnelPoint], city: Progress, target: Target, words: Words, marked: str | None = None
) -> go.Figure:
    """Points by status and sign, limits of 95 % and 99.8 % through the points' own limits, names of those outside."""
    points = sorted(points, key=lambda point: point.row.denominator or 0.0)
    right = max(point.row.denominator or 0.0 for point in points) * ROOM
    top = max(
        [*(point.row.value_pct or 0.0 for point in points), *(point.limits.funnel_998_high_pct for point in points)]
    )
    bottom = min(
        [*(point.row.value_pct or 0.0 for point in points), *(point.limits.funnel_998_low_pct for point in points)]
    )
    span = (max(0.0, bottom - 6.0), min(top + 6.0, max(FULL_PCT + 4.0, top + 4.0)))
    figure = empty()
    _add_limits(figure, points, words)
    figure.add_scatter(
        x=[0, right],
        y=[city.value_pct] * 2,
        mode="lines",
        line={"color": ACCENT, "width": 1.5},
        name=words("funnel.city", value=value_text(city, words)),
        hoverinfo="skip",
    )
    for status in (*JUDGED, "monitor"):
        _add_points(figure, [point for point in points if point.row.status == status], target, words, marked)
    _add_names(figure, points, _labels(points, right, span, words, marked))
    figure.update_layout(
        layout(
            HEIGHT_PX,
            words,
            margin={"l": 34, "r": 6, "t": 8, "b": 40},
            legend={"orientation": "h", "x": 0, "y": -0.19, "yanchor": "top", "font": {"size": 12}},
            xaxis=axis(
                range=[0, right],
                title={"text": words.of(target, "denominator"), "font": {"size": 12}, "standoff": 4},
                nticks=6,
            ),
            yaxis=axis(range=list(span), showgrid=True, nticks=6),
        )
    )
    return figure


def _add_limits(figure: go.Figure, points: Sequence[FunnelPoint], words: Words) -> None:
    # Districts of one size have the same limits: one corner of the line is enough.
    corners = list({point.row.denominator: point for point in points}.values())
    x = [point.row.denominator for point in corners]
    for share, dash, low, high in (
        ("99.8", "dot", "funnel_998_low_pct", "funnel_998_high_pct"),
        ("95", "dash", "funnel_95_low_pct", "funnel_95_high_pct"),
    ):
        name = words("funnel.limit", share=words.percent(float(share)))
        for bound, shown in ((low, True), (high, False)):
            figure.add_scatter(
                x=x,
                y=[getattr(point.limits, bound) for point in corners],
                mode="lines",
                line={"color": MUTED, "width": 1.3, "dash": dash},
                name=name,
                legendgroup=name,
                showlegend=shown,
                hoverinfo="skip",
                fill=None if shown or share != "95" else "tonexty",
                fillcolor=SURFACE,
            )


def _add_points(
    figure: go.Figure,
    points: Sequence[FunnelPoint],
    target: Target,
    words: Words,
    marked: str | None,
) -> None:
    if not points:
        return
    status = points[0].row.status
    chosen = [point.row.unit_code == marked for point in points]
    figure.add_scatter(
        x=[point.row.denominator for point in points],
        y=[point.row.value_pct for point in points],
        mode="markers",
        marker={
            "symbol": SYMBOLS[status],
            "size": [15 if is_chosen else 10 for is_chosen in chosen],
            "color": MUTED if status == "monitor" else STATUS_FILL[status],
            "line": {"color": PAPER if status == "far_behind" else INK, "width": [2 if one else 1 for one in chosen]},
        },
        hovertext=[told(point_words(point, target, words)) for point in points],
        hoverinfo="text",
        cliponaxis=False,
        name=words.status(status),
    )


def _add_names(figure: go.Figure, points: Sequence[FunnelPoint], labels: dict[str, Placed]) -> None:
    """Names on a ground of their own: the limits run behind them, never across."""
    for point in points:
        label = labels.get(point.row.unit_code)
        if label is not None:
            figure.add_annotation(
                x=point.row.denominator,
                y=point.row.value_pct,
                text=label.text,
                showarrow=False,
                xanchor=label.xanchor,
                yanchor=label.yanchor,
                xshift=label.xshift,
                yshift=label.yshift,
                bgcolor=PAPER,
                borderpad=0,
                font={"family": FIGURES, "size": 12, "color": INK},
            )


def _labels(
    points: Sequence[FunnelPoint], right: float, span: tuple[float, float], words: Words, marked: str | None
) -> dict[str, Placed]:
    """Names of the districts outside and of the chosen one, where they do not lie over each other."""
    low, high = span
    at = {
        point.row.unit_code: (
            (point.row.denominator or 0.0) / right * PLOT_WIDTH_PX,
            (high - (point.row.value_pct or 0.0)) / (high - low) * PLOT_HEIGHT_PX,
        )
        for point in points
    }
    first = sorted(points, key=lambda point: (point.row.unit_code != marked, _nearness(point)))
    wanted = {
        point.row.unit_code: words.of(point.unit, "short_name")
        for point in first
        if not point.limits.is_inside or point.row.unit_code == marked
    }
    return placed_labels(at, wanted, (PLOT_WIDTH_PX, PLOT_HEIGHT_PX))


def _nearness(point: FunnelPoint) -> float:
    """Sorts those farthest outside first, in units of their own 95 % range."""
    limits, value = point.limits, point.row.value_pct or 0.0
    width = max(limits.funnel_95_high_pct - limits.funnel_95_low_pct, 1e-9)
    middle = (limits.funnel_95_high_pct + limits.funnel_95_low_pct) / 2
    return -abs(value - middle) / width
