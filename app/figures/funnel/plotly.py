"""Funnel plot in Plotly. Import this lazily."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import plotly.graph_objects as go

from app.core.i18n import words
from app.core.status import in_order
from app.figures.drawing.plotly_style import FIGURES, PAPER, SYMBOLS, axis, empty, layout
from app.figures.funnel.label_places import Side
from app.figures.funnel.plot import GROUNDED, NAME_PX, names_beside
from app.figures.funnel.spec import FunnelSpec, Mark
from app.records import Progress
from app.ui.palette import ACCENT, INK, MUTED, STATUS_FILL, SURFACE

GAP_PX = 8.0
ANCHORS: dict[Side, dict[str, Any]] = {
    "right": {"xanchor": "left", "yanchor": "middle", "xshift": GAP_PX, "yshift": 0.0},
    "left": {"xanchor": "right", "yanchor": "middle", "xshift": -GAP_PX, "yshift": 0.0},
    "above": {"xanchor": "center", "yanchor": "bottom", "xshift": 0.0, "yshift": GAP_PX},
    "below": {"xanchor": "center", "yanchor": "top", "xshift": 0.0, "yshift": -GAP_PX},
}
# The outer limits are fainter.
DASHES = {99.8: "1.5px,3px", 95.0: "6px,4px"}


def funnel_figure(spec: FunnelSpec, link: Callable[[Progress], str]) -> go.Figure:
    """Return points by status and sign, limits of 95 % and 99.8 % through the points' own limits, names of outliers.

    `link(row)` is the address of a point.
    """
    figure = empty()
    _add_limits(figure, spec)
    figure.add_scatter(
        x=[0, spec.widest],
        y=[spec.city_value] * 2,
        mode="lines",
        line={"color": ACCENT, "width": 1.5},
        name=spec.city_name,
        hoverinfo="skip",
    )
    for status in in_order(mark.point.row.shown_status for mark in spec.marks):
        _add_points(figure, status, [mark for mark in spec.marks if mark.point.row.shown_status == status], link)
    _add_names(figure, spec)
    figure.update_layout(
        layout(
            xaxis=axis(
                range=[0, spec.widest],
                title={"text": spec.size_name, "font": {"size": 12}, "standoff": 3},
                tickvals=spec.size_ticks.values,
                ticktext=spec.size_ticks.texts,
            ),
            yaxis=axis(
                range=[spec.low, spec.high],
                showgrid=True,
                tickvals=spec.value_ticks.values,
                ticktext=spec.value_ticks.texts,
            ),
        ),
        overwrite=True,  # Plotly takes five times as long to merge.
    )
    return figure


def _add_limits(figure: go.Figure, spec: FunnelSpec) -> None:
    for lines in spec.limits:
        for is_low in (True, False):
            figure.add_scatter(
                x=[corner.size for corner in lines.corners],
                y=[corner.low if is_low else corner.high for corner in lines.corners],
                mode="lines",
                line={"color": MUTED, "width": 1.3, "dash": DASHES[lines.share]},
                name=lines.name,
                legendgroup=lines.name,
                showlegend=is_low,
                hoverinfo="skip",
                fill="tonexty" if lines.share == GROUNDED and not is_low else None,
                fillcolor=SURFACE,
            )


def _add_points(figure: go.Figure, status: str, marks: Sequence[Mark], link: Callable[[Progress], str]) -> None:
    """Add the points of one status."""
    figure.add_scatter(
        x=[mark.point.size for mark in marks],
        y=[mark.point.value for mark in marks],
        mode="markers",
        marker={
            "symbol": SYMBOLS[status],
            # Points of several sizes would otherwise be half transparent.
            "opacity": 1,
            "size": [15 if mark.is_chosen else 10 for mark in marks],
            "color": MUTED if status == "monitor" else STATUS_FILL.get(status, PAPER),
            "line": {
                "color": PAPER if status == "far_behind" else INK,
                "width": [2 if mark.is_chosen else 1 for mark in marks],
            },
        },
        hovertext=[mark.text for mark in marks],
        hoverinfo="none",
        customdata=[link(mark.point.row) for mark in marks],
        cliponaxis=False,
        name=words.status(status),
    )


def _add_names(figure: go.Figure, spec: FunnelSpec) -> None:
    """Add names with a background, so that limits run behind them."""
    labels = names_beside(spec)
    for mark in spec.marks:
        label = labels.get(mark.point.row.unit_code)
        if label is not None:
            figure.add_annotation(
                x=mark.point.size,
                y=mark.point.value,
                text=label.text,
                showarrow=False,
                bgcolor=PAPER,
                borderpad=0,
                font={"family": FIGURES, "size": NAME_PX, "color": INK},
                **ANCHORS[label.side],
            )
