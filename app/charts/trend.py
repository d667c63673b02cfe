"""The city's course on one target, where hovering and zooming earn Plotly's weight. Import this lazily."""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go

from app.charts.explain import explain, value_text
from app.charts.palette import ACCENT, INK, LINE, MUTED, STATUS_FILL
from app.facts import Progress, Target
from app.formatting import short_period
from app.words import Words

HEIGHT_PX = 236
FULL_PCT = 100.0
FONT = "Be Vietnam Pro, Source Sans, sans-serif"


def trend_figure(rows: Sequence[Progress], target: Target, place: str, words: Words) -> go.Figure:
    """A line over the periods with the threshold, the milestones and, at each point, the status's colour.

    A coverage counted over the year starts again each January: the line breaks there instead of falling.
    """
    figure = go.Figure()
    labels = [short_period(row.period_code, words.lang) for row in rows]
    if any(row.path_pct is not None for row in rows):
        x, path = _with_breaks(rows, labels, [row.path_pct for row in rows])
        figure.add_scatter(
            x=x,
            y=path,
            mode="lines",
            line={"color": MUTED, "width": 1.5, "dash": "dot", "shape": "hvh"},
            connectgaps=False,
            name=words("trend.path"),
            hoverinfo="skip",
        )
    if target.threshold_pct is not None:
        figure.add_scatter(
            x=labels,
            y=[target.threshold_pct] * len(rows),
            mode="lines",
            line={"color": INK, "width": 1.5, "dash": "dash"},
            name=words("trend.threshold"),
            hoverinfo="skip",
        )
    x, y = _with_breaks(rows, labels, [row.value_pct for row in rows])
    figure.add_scatter(
        x=x,
        y=y,
        mode="lines",
        line={"color": ACCENT, "width": 2.5},
        connectgaps=False,
        name=place,
        hoverinfo="skip",
        showlegend=False,
    )
    shown = [row for row in rows if row.value_pct is not None]
    figure.add_scatter(
        x=[short_period(row.period_code, words.lang) for row in shown],
        y=[row.value_pct for row in shown],
        mode="markers",
        marker={"size": 9, "color": [STATUS_FILL[row.status] for row in shown], "line": {"color": INK, "width": 1}},
        hovertext=[
            f"<b>{words.period(row.period_code)}</b><br>" + explain(row, target, place, words).replace("\n", "<br>")
            for row in shown
        ],
        hoverinfo="text",
        name=place,
        showlegend=False,
    )
    if shown:
        last = shown[-1]
        figure.add_annotation(
            x=short_period(last.period_code, words.lang),
            y=last.value_pct,
            text=f"<b>{value_text(last, words)}</b>",
            showarrow=False,
            yshift=15,
            font={"family": "Source Sans, sans-serif", "size": 14, "color": INK},
        )
    _dress(figure, labels, max([FULL_PCT, *(row.value_pct or 0.0 for row in rows)]), words)
    return figure


def _with_breaks(
    rows: Sequence[Progress], labels: Sequence[str], values: Sequence[float | None]
) -> tuple[list[str], list[float | None]]:
    x: list[str] = []
    y: list[float | None] = []
    for row, label, value in zip(rows, labels, values, strict=True):
        if row.kind == "coverage" and row.period_window == "ytd" and row.period_code.endswith("Q1"):
            x.append(label)
            y.append(None)
        x.append(label)
        y.append(value)
    return x, y


def _dress(figure: go.Figure, labels: Sequence[str], top: float, words: Words) -> None:
    figure.update_layout(
        height=HEIGHT_PX,
        margin={"l": 34, "r": 10, "t": 50, "b": 28},
        title={"text": f"<b>{words('trend.title')}</b>", "x": 0, "y": 0.975, "yanchor": "top", "font": {"size": 15}},
        font={"family": FONT, "size": 12, "color": INK},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        legend={"orientation": "h", "x": 0, "y": 1.13, "font": {"size": 12}},
        hoverlabel={"bgcolor": "#ffffff", "font": {"family": FONT, "size": 12, "color": INK}, "align": "left"},
        dragmode=False,
        separators=",." if words.lang == "vi" else ".,",
    )
    figure.update_xaxes(
        type="category",
        categoryorder="array",
        categoryarray=list(labels),
        showgrid=False,
        linecolor=LINE,
        fixedrange=True,
        tickangle=0,
        nticks=10,
    )
    figure.update_yaxes(
        range=[0, top * 1.12], gridcolor="#e7ebf0", zeroline=False, fixedrange=True, tickvals=[0, 25, 50, 75, 100]
    )
