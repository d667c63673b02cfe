"""Interactive trend of a target in Plotly. Import this lazily."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import plotly.graph_objects as go

from app.core.i18n import words
from app.core.status import sign_of
from app.figures.annotations import HALF, BreakMark
from app.figures.drawing.plotly_style import FIGURES, PAPER, axis, bold, empty, layout
from app.figures.drawing.svg_document import fill_of, ink_of
from app.figures.line.spec import BackcastSeries, Line
from app.figures.series import BackcastPoint, Point, Segments
from app.figures.trend.plot import (
    break_mark_value,
    last_values,
    milestone_steps,
    quarter_range,
    quarters_end,
    value_range,
)
from app.figures.trend.spec import TrendSpec
from app.records import Progress
from app.ui.palette import ACCENT, INK, LIGHT, LINE, MUTED, SURFACE

LABEL_ROW_PX = 15
PIN_ROW_PX = 10
SHIFT_PX = 8
PLAIN_PX = 7
BESIDE = LIGHT["series-4"]
OUTLOOK = LIGHT["band"]


def trend_figure(spec: TrendSpec, link: Callable[[Progress], str]) -> go.Figure:
    """Return lines over quarters: the city, a district beside it, threshold, milestones, breaks of the series.

    `link(row)` is the address of a point.
    """
    chart = spec.chart
    count = len(chart.periods)
    figure = empty()
    _add_doubts(figure, spec)
    _add_limits(figure, spec)
    for key in spec.keys:
        figure.add_scatter(x=[None], y=[None], mode="markers", marker={"opacity": 0}, name=key, hoverinfo="skip")
    city = chart.lines[0]
    for line in reversed(chart.lines):
        _add_line(figure, line, link, is_main=line is city)
    _add_absences(figure, spec)
    _add_last_values(figure, spec)
    _add_breaks(figure, spec)
    _add_pins(figure, spec)
    figure.update_layout(
        layout(
            xaxis=axis(
                tickvals=list(range(count)),
                ticktext=["<br>".join(lines) for lines in spec.period_lines],
                range=quarter_range(spec),
                tickangle=0,
            ),
            yaxis=axis(
                range=value_range(spec),
                showgrid=True,
                tickvals=chart.scale.ticks,
                ticktext=[chart.scale.cut_sign(value) + chart.scale.tick_text(value) for value in chart.scale.ticks],
            ),
        ),
        overwrite=True,  # Plotly takes five times as long to merge.
    )
    return figure


def _add_doubts(figure: go.Figure, spec: TrendSpec) -> None:
    """Add the projected range of the year, and the ranges of figures with missing reports."""
    outlook = spec.outlook
    if outlook:
        figure.add_scatter(
            x=[outlook.start.index, outlook.index, outlook.index, outlook.start.index],
            y=[outlook.start.value, outlook.high, outlook.low, outlook.start.value],
            mode="lines",
            line={"width": 0},
            fill="toself",
            fillcolor=OUTLOOK,
            name=words("trend.outlook"),
            hoverinfo="skip",
        )
    if spec.ranges:
        figure.add_scatter(
            x=[index for limits in spec.ranges for index in (limits.index, limits.index, limits.index)],
            y=[value for limits in spec.ranges for value in (limits.low, limits.high, None)],
            mode="lines",
            line={"color": MUTED, "width": 4},
            name=words("trend.range"),
            hoverinfo="skip",
        )


def _add_limits(figure: go.Figure, spec: TrendSpec) -> None:
    chart = spec.chart
    if chart.path:
        x, y = _steps(chart.path)
        dots = {"color": MUTED, "width": 1.5, "dash": "1.5px,3px"}
        figure.add_scatter(x=x, y=y, mode="lines", line=dots, name=words("trend.path"), hoverinfo="skip")
    if chart.threshold is not None:
        figure.add_scatter(
            x=[-HALF, quarters_end(spec)],
            y=[chart.threshold.value] * 2,
            mode="lines",
            line={"color": INK, "width": 1.5, "dash": "7px,5px"},
            name=chart.threshold.name,
            showlegend=False,
            hoverinfo="skip",
        )
        figure.add_annotation(
            x=-HALF,
            y=chart.threshold.value,
            text=str(bold(chart.threshold.label)),
            showarrow=False,
            xanchor="left",
            yanchor="top" if chart.is_threshold_named_below else "bottom",
            yshift=-SHIFT_PX if chart.is_threshold_named_apart else 0,
            borderpad=1,
            font={"family": FIGURES, "size": 12, "color": INK},
        )


def _add_line(figure: go.Figure, line: Line, link: Callable[[Progress], str], is_main: bool) -> None:
    x, y = _line(line.former)
    name = line.series.name
    stroke = {"color": ACCENT, "width": 2.5} if is_main else {"color": BESIDE, "width": 2, "dash": "10px,4px,2px,4px"}
    figure.add_scatter(x=x, y=y, mode="lines", line=stroke, name=name, legendgroup=name, hoverinfo="skip")
    if line.changed:
        x, y = _line(line.changed)
        dots = {"color": stroke["color"], "width": 2.5, "dash": "dot"}
        text = line.ground_text
        figure.add_scatter(x=x, y=y, mode="lines", line=dots, name=text, legendgroup=name, hoverinfo="skip")
    if line.past:
        _add_past(figure, line.past, ACCENT if is_main else BESIDE)
    statuses = [point.row.shown_status for point in line.points]
    is_marked = [point.index in line.marked_indices for point in line.points]
    figure.add_scatter(
        x=[point.index for point in line.points],
        y=[point.value for point in line.points],
        mode="markers+text",
        marker={
            "size": [(15 if is_main else 13) if marked else PLAIN_PX for marked in is_marked],
            "color": [
                fill_of(status) if marked else stroke["color"]
                for status, marked in zip(statuses, is_marked, strict=True)
            ],
            "line": {"color": stroke["color"], "width": 1.5},
        },
        text=[sign_of(status) if marked else "" for status, marked in zip(statuses, is_marked, strict=True)],
        textfont={"family": FIGURES, "size": 8, "color": [ink_of(status) for status in statuses]},
        hovertext=[point.text for point in line.points],
        hoverinfo="none",
        customdata=[link(point.row) for point in line.points],
        cliponaxis=False,
        legendgroup=name,
        showlegend=False,
    )


def _add_past(figure: go.Figure, past: BackcastSeries, ink: str) -> None:
    """Add a recalculated history: dashed, with hollow marks."""
    x, y = _line(past.segments)
    texts = iter(point.text for piece in past.segments for point in piece)
    figure.add_scatter(
        x=x,
        y=y,
        mode="lines+markers",
        line={"color": ink, "width": 1.6, "dash": "5px,4px"},
        marker={"size": 8, "color": PAPER, "line": {"color": ink, "width": 1.5}},
        hovertext=["" if value is None else next(texts) for value in y],
        hoverinfo="none",
        name=past.name,
        cliponaxis=False,
    )


def _add_absences(figure: go.Figure, spec: TrendSpec) -> None:
    for absence in spec.absences:
        figure.add_annotation(
            x=absence.index,
            y=spec.chart.scale.start,
            text=sign_of(absence.status),
            showarrow=False,
            yanchor="bottom",
            yshift=3,
            bgcolor=PAPER,
            bordercolor=LINE,
            font={"family": FIGURES, "size": 11, "color": INK},
        )


def _add_last_values(figure: go.Figure, spec: TrendSpec) -> None:
    for last in last_values(spec):
        is_main = last.line is spec.chart.lines[0]
        figure.add_annotation(
            x=last.point.index,
            y=last.point.value,
            text=str(bold(last.line.last_text)),
            showarrow=False,
            xanchor="left",
            xshift=9,
            yshift=SHIFT_PX * last.shift,
            bgcolor=PAPER,
            borderpad=1,
            font={"family": FIGURES, "size": 14, "color": INK if is_main else BESIDE},
        )


def _add_breaks(figure: go.Figure, spec: TrendSpec) -> None:
    for mark in spec.chart.breaks:
        figure.add_shape(**_break_shape(mark))
        is_late = spec.chart.is_late(mark)
        figure.add_annotation(
            x=mark.end if is_late else mark.start,
            y=1,
            yref="paper",
            yanchor="bottom",
            yshift=LABEL_ROW_PX * mark.row + PIN_ROW_PX * spec.chart.pin_rows,
            xanchor="right" if is_late else "left",
            text=mark.label,
            showarrow=False,
            borderpad=0,
            font={"size": 11.5, "color": MUTED},
        )
    if spec.chart.breaks:
        figure.add_scatter(
            x=[(mark.start + mark.end) / 2 for mark in spec.chart.breaks],
            y=[break_mark_value(spec)] * len(spec.chart.breaks),
            mode="markers",
            marker={"symbol": "diamond", "size": 6, "color": MUTED},
            hovertext=[mark.explanation for mark in spec.chart.breaks],
            hoverinfo="none",
            showlegend=False,
            cliponaxis=False,
        )


def _add_pins(figure: go.Figure, spec: TrendSpec) -> None:
    """Add the numbers of notes on the upper edge of the plot."""
    pins = spec.chart.numbered_pins
    if not pins:
        return
    figure.add_scatter(
        x=[pin.index for pin in pins],
        y=[value_range(spec)[1]] * len(pins),
        mode="markers+text",
        marker={"symbol": "square", "size": 15, "color": PAPER, "line": {"color": INK, "width": 1}},
        text=[pin.number for pin in pins],
        textfont={"family": FIGURES, "size": 11, "color": INK},
        hovertext=[pin.explanation for pin in pins],
        hoverinfo="none",
        showlegend=False,
        cliponaxis=False,
    )


def _break_shape(mark: BreakMark) -> dict[str, Any]:
    place = {"x0": mark.start, "x1": mark.end, "y0": 0, "y1": 1, "yref": "paper", "layer": "below"}
    if mark.shape == "band":
        edge = {"color": MUTED, "width": 1, "dash": "1.5px,3px"}
        return {"type": "rect", "fillcolor": SURFACE, "line": edge, **place}
    return {"type": "line", "line": {"color": MUTED, "width": 1.5, "dash": "6px,3px,1.5px,3px"}, **place}


def _line(pieces: Sequence[Sequence[Point | BackcastPoint]]) -> tuple[list[float], list[float | None]]:
    """Return segments as one trace, separated by missing values."""
    x: list[float] = []
    y: list[float | None] = []
    for piece in pieces:
        if x:
            x.append(piece[0].index - HALF)
            y.append(None)
        x += [point.index for point in piece]
        y += [point.value for point in piece]
    return x, y


def _steps(pieces: Segments) -> tuple[list[float], list[float | None]]:
    """Return the milestones as one trace."""
    x: list[float] = []
    y: list[float | None] = []
    for number, piece in enumerate(pieces):
        corners = milestone_steps(piece)
        if number:
            x.append(corners[0][0])
            y.append(None)
        x += [corner for corner, _ in corners]
        y += [value for _, value in corners]
    return x, y
