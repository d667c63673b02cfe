"""The course of one target, where hovering and toggling earn Plotly's weight. Import this lazily."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import plotly.graph_objects as go

from app.core.i18n import Words
from app.figures.drawing.plotly_style import FIGURES, PAPER, axis, empty, layout, told
from app.figures.scale import axis_end
from app.figures.trend.html import PlaceCourse, axis_labels, restarts, shown_breaks
from app.records import Progress, Target
from app.records.target import SeriesBreak
from app.ui.figure_text import explain, glyph, value_text
from app.ui.palette import ACCENT, INK, LIGHT, MUTED, STATUS_FILL, STATUS_INK, SURFACE

HEIGHT_PX = 264
LABEL_ROW_PX = 15
FULL_PCT = 100.0
# Closer than this share of the scale, the labels of two last values would touch.
NEAR_SHARE = 0.09
HALF = 0.5
BESIDE = LIGHT["series-4"]


def trend_figure(
    city: PlaceCourse,
    target: Target,
    words: Words,
    breaks: Sequence[SeriesBreak] = (),
    beside: PlaceCourse | None = None,
) -> go.Figure:
    """Lines over the quarters: the city, the chosen district beside it, threshold, milestones, breaks of the series.

    A coverage counted over the year starts again each January: the line breaks there instead of falling.
    """
    codes = [row.period_code for row in city.rows]
    places = {code: place for place, code in enumerate(codes)}
    courses = [city] if beside is None else [beside, city]
    top = axis_end(row for course in courses for row in course.rows)
    figure = empty()
    _add_limits(figure, city.rows, target, words)
    for course in courses:
        _add_course(figure, course, places, target, words, is_main=course is city)
    _add_last_values(figure, courses, places, top, words)
    rows = _add_breaks(figure, shown_breaks(breaks, places), places, top, words)
    figure.update_layout(
        layout(
            HEIGHT_PX,
            words,
            margin={"l": 32, "r": 4, "t": 8 + LABEL_ROW_PX * rows, "b": 34},
            legend={"orientation": "h", "x": 0, "y": -0.24, "yanchor": "top", "font": {"size": 12}},
            xaxis=axis(
                tickvals=list(range(len(codes))),
                ticktext=axis_labels(codes, words),
                range=[-HALF, len(codes) - HALF + 0.1 * len(codes)],
                tickangle=0,
            ),
            yaxis=axis(range=[0, top * 1.18], showgrid=True, dtick=25 if top >= FULL_PCT else top / 4, tick0=0),
        )
    )
    return figure


def _add_limits(figure: go.Figure, rows: Sequence[Progress], target: Target, words: Words) -> None:
    if any(row.path_pct is not None for row in rows):
        x, y = _line(rows, {row.period_code: place for place, row in enumerate(rows)}, [row.path_pct for row in rows])
        dots = {"color": MUTED, "width": 1.5, "dash": "dot", "shape": "hvh"}
        figure.add_scatter(x=x, y=y, mode="lines", line=dots, name=words("trend.path"), hoverinfo="skip")
    if target.threshold_pct is not None:
        figure.add_scatter(
            x=[-HALF, len(rows) - HALF],
            y=[target.threshold_pct] * 2,
            mode="lines",
            line={"color": INK, "width": 1.5, "dash": "dash"},
            name=words("trend.threshold"),
            hoverinfo="skip",
        )


def _add_course(
    figure: go.Figure, course: PlaceCourse, places: dict[str, int], target: Target, words: Words, is_main: bool
) -> None:
    rows = [row for row in course.rows if row.period_code in places]
    x, y = _line(rows, places, [row.value_pct for row in rows])
    line = {"color": ACCENT, "width": 2.5} if is_main else {"color": BESIDE, "width": 2, "dash": "longdashdot"}
    figure.add_scatter(x=x, y=y, mode="lines", line=line, name=course.place, legendgroup=course.place, hoverinfo="skip")
    shown = [row for row in rows if row.value_pct is not None]
    figure.add_scatter(
        x=[places[row.period_code] for row in shown],
        y=[row.value_pct for row in shown],
        mode="markers+text",
        marker={
            "size": 15 if is_main else 13,
            "color": [STATUS_FILL[row.status] for row in shown],
            "line": {"color": line["color"], "width": 1.5},
        },
        text=[glyph(row.status) for row in shown],
        textfont={"family": FIGURES, "size": 8, "color": [STATUS_INK[row.status] for row in shown]},
        hovertext=[
            told(f"{words.period(row.period_code)}\n{explain(row, target, course.place, words)}") for row in shown
        ],
        hoverinfo="text",
        cliponaxis=False,
        legendgroup=course.place,
        showlegend=False,
    )


def _add_last_values(
    figure: go.Figure, courses: Sequence[PlaceCourse], places: dict[str, int], top: float, words: Words
) -> None:
    lasts = [next((row for row in reversed(course.rows) if row.value_pct is not None), None) for course in courses]
    known = [row for row in lasts if row is not None]
    values = [row.value_pct or 0.0 for row in known]
    is_near = len(values) > 1 and abs(values[0] - values[1]) < NEAR_SHARE * top
    for row, value in zip(known, values, strict=True):
        shift = (8 if value == max(values) else -8) if is_near and values[0] != values[1] else 0
        is_main = row.unit_level == "city"
        figure.add_annotation(
            x=places[row.period_code],
            y=value,
            text=f"<b>{value_text(row, words)}</b>",
            showarrow=False,
            xanchor="left",
            xshift=9,
            yshift=shift,
            bgcolor=PAPER,
            borderpad=1,
            font={"family": FIGURES, "size": 14, "color": INK if is_main else BESIDE},
        )


def _add_breaks(
    figure: go.Figure, breaks: Sequence[SeriesBreak], places: dict[str, int], top: float, words: Words
) -> int:
    """Mark the breaks; returns how many rows of labels they take."""
    for number, one in enumerate(breaks):
        place = places[one.period_code]
        start = place - HALF
        if one.kind == "disruption":
            band: dict[str, Any] = {"fillcolor": SURFACE, "line": {"color": MUTED, "width": 1, "dash": "dot"}}
            figure.add_shape(type="rect", x0=start, x1=place + HALF, y0=0, y1=1, yref="paper", layer="below", **band)
        else:
            line = {"color": MUTED, "width": 1.5, "dash": "dashdot"}
            figure.add_shape(type="line", x0=start, x1=start, y0=0, y1=1, yref="paper", layer="below", line=line)
        is_late = place > len(places) * HALF
        figure.add_annotation(
            x=start if one.kind != "disruption" else place + (HALF if is_late else -HALF),
            y=1,
            yref="paper",
            yanchor="bottom",
            yshift=LABEL_ROW_PX * (number % 2),
            xanchor="right" if is_late else "left",
            text=words.of(one, "label"),
            showarrow=False,
            borderpad=0,
            font={"size": 11.5, "color": MUTED},
        )
    if breaks:
        figure.add_scatter(
            x=[places[one.period_code] - (0 if one.kind == "disruption" else HALF) for one in breaks],
            y=[top * 1.14] * len(breaks),
            mode="markers",
            marker={"symbol": "diamond", "size": 7, "color": MUTED},
            hovertext=[
                told(f"{words.period(one.period_code)} · {words.of(one, 'label')}\n{_wrapped(words.of(one, 'text'))}")
                for one in breaks
            ],
            hoverinfo="text",
            showlegend=False,
            cliponaxis=False,
        )
    return min(len(breaks), 2)


def _line(
    rows: Sequence[Progress], places: dict[str, int], values: Sequence[float | None]
) -> tuple[list[float], list[float | None]]:
    x: list[float] = []
    y: list[float | None] = []
    for row, value in zip(rows, values, strict=True):
        if restarts(row):
            x.append(places[row.period_code] - HALF)
            y.append(None)
        x.append(places[row.period_code])
        y.append(value)
    return x, y


def _wrapped(text: str, width: int = 52) -> str:
    """Plotly does not break lines in a hover text."""
    lines = [""]
    for word in text.split():
        if len(lines[-1]) + len(word) > width:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return "\n".join(lines)
