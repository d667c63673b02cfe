"""Plotly figures of the exploring pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import plotly.graph_objects as go
import streamlit as st

from app.core.i18n import words
from app.core.status import sign_of
from app.figures.drawing.plotly_style import CLEAR, separators
from app.records import Progress, Target
from app.records.target import SeriesBreak
from app.ui.figure_text import value_and_status, value_or_nothing
from app.ui.palette import CELL_FILL, DARK, LIGHT, STATUS_EDGE, STATUS_FILL, STATUS_PALE

HEIGHT_PX, TABLE_PX, TABLE_ROW_PX = 300, 420, 35
# Names of periods that fit side by side below half a page.
MOST_TICKS = 8
ROW_PX = 26
# Two lines: sign and value.
CELL_PX = 38
SERIES = 5
# Beyond the colours, dashes tell lines apart.
DASHES = ("solid", "dash", "dot")
# A cell has no outline, so a late state that is not certain is pale.
TABLE_FILL = CELL_FILL | STATUS_PALE
OTHER = "other"


def theme() -> Mapping[str, str]:
    """Return the colours of the theme that the viewer's browser shows."""
    return DARK if st.context.theme.type == "dark" else LIGHT


def colour(place: int) -> str:
    """Return the colour of a series by its place."""
    return theme()[f"series-{place % SERIES + 1}"]


def line_style(place: int) -> dict[str, object]:
    """Return colour and dash of a line by its place."""
    return {"color": colour(place), "dash": DASHES[place // SERIES % len(DASHES)], "width": 2}


def trend_chart(
    series: Mapping[str, Sequence[Progress]], periods: Sequence[str], breaks: Sequence[SeriesBreak]
) -> go.Figure:
    """Return lines over periods, by name; a period without a value interrupts its line.

    `breaks` of the series in these periods are numbered, as in a legend beside the chart.
    """
    figure = go.Figure()
    names = [words.short_period(code) for code in periods]
    for place, (name, rows) in enumerate(series.items()):
        by_period = {row.period_code: row for row in rows}
        found = [by_period.get(code) for code in periods]
        figure.add_scatter(
            x=names,
            y=[row.value_pct if row else None for row in found],
            text=[value_and_status(row) if row else "" for row in found],
            hovertemplate="%{x}: %{text}<extra>%{fullData.name}</extra>",
            name=name,
            mode="lines+markers",
            line=line_style(place),
            connectgaps=False,
        )
    draw_breaks(figure, breaks, periods)
    figure.update_layout(layout(legend={"orientation": "h", "y": -0.2}))
    figure.update_yaxes(ticksuffix="%", rangemode="tozero")
    ticks = names[:: -(-len(names) // MOST_TICKS)]
    figure.update_xaxes(categoryorder="array", categoryarray=names, tickvals=ticks, tickangle=0)
    return figure


def draw_breaks(figure: go.Figure, breaks: Sequence[SeriesBreak], periods: Sequence[str]) -> None:
    """Draw a numbered line before each period from which a series is another, on an axis of these periods."""
    for number, one in enumerate(breaks, start=1):
        x = periods.index(one.period_code) - 0.5
        figure.add_vline(x=x, line={"color": theme()["edge"], "dash": "dot", "width": 1})
        figure.add_annotation(x=x, y=1, yref="paper", yanchor="bottom", text=str(number), showarrow=False)


def spread_chart(
    rows: Sequence[Progress], names: Mapping[str, str], selected: Sequence[str], target: Target
) -> go.Figure:
    """Return one target's values of all units, with the names of the selected units."""
    known = [row for row in rows if row.value_pct is not None]
    placed = list(zip(known, _stacked(known), strict=True))
    figure = go.Figure()
    for is_selected in (False, True):
        group = [(row, height) for row, height in placed if (row.unit_code in selected) is is_selected]
        figure.add_scatter(
            x=[row.value_pct for row, _ in group],
            y=[height for _, height in group],
            hovertext=[f"{names[row.unit_code]}: {value_and_status(row)}" for row, _ in group],
            hoverinfo="text",
            mode="markers",
            marker={
                "size": 13 if is_selected else 9,
                "color": [_fill(row) for row, _ in group],
                "line": {"color": [_edge(row) for row, _ in group], "width": 2 if is_selected else 1},
            },
            showlegend=False,
        )
    for row, height in placed:
        if row.unit_code in selected:
            figure.add_annotation(x=row.value_pct, y=height, text=names[row.unit_code], ax=-40, ay=-25, bgcolor="white")
    for value in {row.threshold_pct for row in known if row.threshold_pct is not None}:
        figure.add_vline(
            x=value,
            line={"color": theme()["edge"], "dash": "dash", "width": 1},
            annotation_text=words("explore.threshold"),
        )
    figure.update_layout(layout())
    figure.update_yaxes(visible=False)
    figure.update_xaxes(ticksuffix="%", title=words.of(target, "short_name"))
    return figure


def _stacked(rows: Sequence[Progress]) -> list[int]:
    """Return a height for each value, so that equal values are stacked."""
    heights: dict[int, int] = {}
    stacked = []
    for row in rows:
        place = round(row.value_pct or 0)
        heights[place] = heights.get(place, 0) + 1
        stacked.append(heights[place])
    return stacked


def status_map(rows: Sequence[Progress], columns: Mapping[str, str], lines: Mapping[str, str]) -> go.Figure:
    """Return a unit's targets (`lines`) by period (`columns`), each cell with the colour and sign of its status."""
    cells = {(row.target_code, row.period_code): row for row in rows}
    # A cell without a colour of its own has one beside which its sign can be read in both themes.
    fills = {**TABLE_FILL, OTHER: theme()["edge"]}
    tones = list(fills)
    # A colour has the same range of values from its beginning to its end.
    scale = [((place + end) / len(tones), fills[tone]) for place, tone in enumerate(tones) for end in (0, 1)]
    grid = [[cells.get((target, period)) for period in columns] for target in lines]
    shown = [
        [(row.shown_status if row.shown_status in TABLE_FILL else OTHER) if row else "" for row in line]
        for line in grid
    ]
    figure = go.Figure(
        go.Heatmap(
            z=[[tones.index(status) if status in tones else None for status in line] for line in shown],
            x=list(columns.values()),
            y=list(lines.values()),
            text=[
                ["<br>".join((sign_of(row.shown_status), value_or_nothing(row))) if row else "" for row in line]
                for line in grid
            ],
            hovertext=[[value_and_status(row) if row else "" for row in line] for line in grid],
            texttemplate="%{text}",
            textfont={"size": 12},
            hovertemplate="%{y}<br>%{x}: %{hovertext}<extra></extra>",
            colorscale=scale,
            zmin=-0.5,
            zmax=len(tones) - 0.5,
            showscale=False,
            xgap=2,
            ygap=2,
            hoverongaps=True,
        )
    )
    figure.update_layout(
        layout(
            height=CELL_PX * len(lines) + 90,
            font={"color": theme()["ink"]},
            paper_bgcolor=CLEAR,
            plot_bgcolor=CLEAR,
        )
    )
    figure.update_yaxes(autorange="reversed", automargin=True)
    figure.update_xaxes(side="top")
    return figure


def played_chart(by_period: Mapping[str, Sequence[Progress]], names: Mapping[str, str], target: Target) -> go.Figure:
    """Return one target's values by unit with a control that plays through the periods; units without a value last."""
    *_, newest = by_period
    order = sorted(by_period[newest], key=lambda row: (row.value_pct is None, row.value_pct or 0.0))
    places = {row.unit_code: names[row.unit_code] for row in order}
    frames = {code: _bars(rows, places) for code, rows in by_period.items()}
    highest = max((row.value_pct or 0.0 for rows in by_period.values() for row in rows), default=100.0)
    figure = go.Figure(data=[frames[newest]], frames=[go.Frame(data=[bar], name=code) for code, bar in frames.items()])
    figure.update_layout(layout(height=max(HEIGHT_PX, ROW_PX * len(places) + 160)), **_controls(list(by_period)))
    figure.update_yaxes(automargin=True)
    figure.update_xaxes(range=[0, max(100.0, highest)], ticksuffix="%", title=words.of(target, "short_name"))
    return figure


def _bars(rows: Sequence[Progress], places: Mapping[str, str]) -> go.Bar:
    """Return a bar for each of `places`, names by unit; none for a unit without a row."""
    by_unit = {row.unit_code: row for row in rows}
    found = [by_unit.get(unit) for unit in places]
    return go.Bar(
        x=[row.value_pct if row else None for row in found],
        y=list(places.values()),
        orientation="h",
        marker={
            "color": [_fill(row) if row else CLEAR for row in found],
            "line": {"color": [_edge(row) if row else CLEAR for row in found], "width": 2},
        },
        hovertext=[value_and_status(row) if row else "" for row in found],
        hovertemplate="%{y}: %{hovertext}<extra></extra>",
    )


def _controls(periods: Sequence[str]) -> dict[str, object]:
    """Return buttons that play and pause, and a slider over the periods."""
    moving = {"frame": {"duration": 900, "redraw": True}, "transition": {"duration": 250}, "fromcurrent": True}
    still = {"frame": {"duration": 0, "redraw": True}, "mode": "immediate"}
    buttons = [
        {"label": words("explore.play"), "method": "animate", "args": [None, moving]},
        {"label": words("explore.pause"), "method": "animate", "args": [[None], still]},
    ]
    place = {"x": 0, "y": 1.02, "xanchor": "left", "yanchor": "bottom"}
    steps = [{"label": words.short_period(code), "method": "animate", "args": [[code], still]} for code in periods]
    return {
        "updatemenus": [{"type": "buttons", "direction": "left", "showactive": False, "buttons": buttons, **place}],
        "sliders": [{"steps": steps, "active": len(steps) - 1, "currentvalue": {"prefix": ""}, "pad": {"t": 30}}],
    }


def _fill(row: Progress) -> str:
    return CLEAR if row.shown_status in STATUS_EDGE else STATUS_FILL.get(row.shown_status, LIGHT["band"])


def _edge(row: Progress) -> str:
    return STATUS_EDGE.get(row.shown_status, LIGHT["edge"])


def layout(**more: object) -> dict[str, object]:
    """Return the layout that all figures share, with `more` of it. Streamlit's grey of ticks is too pale to read."""
    readable = {"tickfont": {"color": theme()["ink"]}}
    return {
        "xaxis": readable,
        "yaxis": readable,
        "height": HEIGHT_PX,
        "margin": {"l": 10, "r": 10, "t": 30, "b": 10},
        "separators": separators(),
        **more,
    }
