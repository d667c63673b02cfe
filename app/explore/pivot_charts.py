"""Plotly figures of the pivot page, from the cells of its table."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import pandas as pd
import plotly.express as px
import plotly.graph_objects as go
import streamlit as st

from app.analysis.pivot_view import AREA, BAR, HEAT, LINE, MAP, MULTIPLES, SCATTER, TILES
from app.core.grouping import group_by
from app.core.i18n import words
from app.core.reader import Reader
from app.explore import choices
from app.explore.charts import SERIES, colour, draw_breaks, layout, line_style, theme
from app.explore.notes import note
from app.explore.visit import Visit
from app.queries import plan
from app.records import Unit
from app.records.pivot import Key
from app.records.target import SeriesBreak
from warehouse.plan.boundaries import UnusableMapError, read
from warehouse.settings import Settings

# What a reader can still distinguish.
MOST_SERIES, MOST_MULTIPLES, MOST_BARS = 12, 24, 60
MULTIPLES_ACROSS = 4
HEIGHT_PX, MULTIPLE_PX, ROW_PX, SERIES_PX = 420, 150, 24, 6
SEQUENCE = "Blues"


@dataclass(frozen=True, slots=True)
class Point:
    """A cell of the grid: its row, the names of its row, column and split, what it shows as a number and as text."""

    code: str | None
    row: str
    column: str
    split: str
    key: Key
    value: float | None
    text: str


@dataclass(frozen=True, slots=True)
class Drawing:
    """What pictures need besides their points. `time_place` is the place of the axis of periods or years, None
    without it."""

    title: str
    alt: str
    unit: str
    time_place: int | None
    breaks: Sequence[SeriesBreak]
    threshold_pct: float | None
    levels: frozenset[str | None]


def draw(visit: Visit, kind: str, points: Sequence[Point], drawing: Drawing) -> None:
    """Show one picture; the table beside it has every number."""
    if all(point.value is None for point in points):
        st.info(words("explore.pivot_nothing_to_draw"))
        return
    kinds: Mapping[str, Callable[[Sequence[Point], Drawing, str], go.Figure | None]] = {
        BAR: _bars,
        LINE: _lines,
        AREA: _lines,
        HEAT: _heat,
        SCATTER: _scatter,
        MULTIPLES: _multiples,
        TILES: partial(_tiles, visit.reader),
        MAP: _own_map,
    }
    figure = kinds[kind](points, drawing, kind)
    if figure is None:
        return
    st.plotly_chart(figure, key=f"pivot {kind}", alt=drawing.alt, theme="streamlit")
    if drawing.breaks and kind in (LINE, AREA):
        note(" · ".join(f"{number}: {words.of(one, 'text')}" for number, one in enumerate(drawing.breaks, start=1)))


def _series(points: Sequence[Point], drawing: Drawing) -> tuple[dict[str, list[Point]], bool]:
    """Return the points of each line or colour by name, and whether time runs across: else it runs down."""
    across = drawing.time_place != 0
    names = {
        id(point): " · ".join(filter(None, (point.row if across else point.column, point.split))) for point in points
    }
    return group_by(points, lambda point: names[id(point)]), across


def _shortened(series: dict[str, list[Point]], most: int) -> dict[str, list[Point]]:
    if len(series) > most:
        note(words("explore.pivot_first_series", count=most, all=len(series)))
    return dict(list(series.items())[:most])


def _bars(points: Sequence[Point], drawing: Drawing, kind: str) -> go.Figure:
    rows = list(dict.fromkeys(point.row for point in points))
    if len(rows) > MOST_BARS:
        note(words("explore.pivot_first_series", count=MOST_BARS, all=len(rows)))
    kept = frozenset(rows[:MOST_BARS])
    figure = go.Figure()
    names = group_by(points, lambda point: " · ".join(filter(None, (point.column, point.split))))
    for place, (name, group) in enumerate(_shortened(names, MOST_SERIES).items()):
        shown = [point for point in group if point.row in kept]
        figure.add_bar(
            y=[point.row for point in shown],
            x=[point.value for point in shown],
            hovertext=[point.text for point in shown],
            hovertemplate="%{y}: %{hovertext}<extra>%{fullData.name}</extra>",
            name=name,
            orientation="h",
            marker_color=colour(place),
            marker_pattern_shape=("", "/", ".")[place // SERIES % 3],
        )
    row_px = ROW_PX + SERIES_PX * (min(len(names), MOST_SERIES) - 1)
    legend = {"orientation": "h", "yanchor": "bottom", "y": 1.0}
    figure.update_layout(layout(height=max(HEIGHT_PX, row_px * len(kept) + 120), legend=legend))
    figure.update_yaxes(autorange="reversed", automargin=True)
    figure.update_xaxes(ticksuffix=drawing.unit)
    if drawing.threshold_pct is not None:
        figure.add_vline(drawing.threshold_pct, line={"color": theme()["edge"], "dash": "dash", "width": 1})
    return figure


def _lines(points: Sequence[Point], drawing: Drawing, kind: str) -> go.Figure:
    every, across = _series(points, drawing)
    ticks = list(dict.fromkeys(point.column if across else point.row for point in points))
    figure = go.Figure()
    for place, (name, group) in enumerate(_shortened(every, MOST_SERIES).items()):
        by_time = {point.column if across else point.row: point for point in group}
        found = [by_time.get(tick) for tick in ticks]
        figure.add_scatter(
            x=ticks,
            y=[point.value if point else None for point in found],
            text=[point.text if point else "" for point in found],
            hovertemplate="%{x}: %{text}<extra>%{fullData.name}</extra>",
            name=name or drawing.title,
            mode="lines+markers",
            line=line_style(place),
            # Areas are not stacked: a stack would show a missing number as zero.
            fill="tozeroy" if kind == AREA else "none",
            connectgaps=False,
        )
    codes = list(dict.fromkeys((point.key[0] if across else point.code) or "" for point in points))
    draw_breaks(figure, drawing.breaks, codes)
    figure.update_layout(layout(height=HEIGHT_PX, legend={"orientation": "h", "y": -0.2}))
    figure.update_xaxes(categoryorder="array", categoryarray=ticks)
    figure.update_yaxes(ticksuffix=drawing.unit, rangemode="tozero")
    if drawing.threshold_pct is not None:
        figure.add_hline(drawing.threshold_pct, line={"color": theme()["edge"], "dash": "dash", "width": 1})
    return figure


def _heat(points: Sequence[Point], drawing: Drawing, kind: str) -> go.Figure:
    rows = list(dict.fromkeys(point.row for point in points))
    columns = list(dict.fromkeys(_column(point) for point in points))
    cells = {(point.row, _column(point)): point for point in points}
    grid = [[cells.get((row, column)) for column in columns] for row in rows]
    figure = go.Figure(
        go.Heatmap(
            z=[[point.value if point else None for point in line] for line in grid],
            x=columns,
            y=rows,
            text=[[point.text if point else "" for point in line] for line in grid],
            texttemplate="%{text}" if len(columns) <= MOST_SERIES else None,
            hovertemplate="%{y}<br>%{x}: %{text}<extra></extra>",
            colorscale=SEQUENCE,
            hoverongaps=True,
            xgap=1,
            ygap=1,
        )
    )
    figure.update_layout(layout(height=max(HEIGHT_PX, ROW_PX * len(rows) + 120)))
    figure.update_yaxes(autorange="reversed", automargin=True)
    figure.update_xaxes(side="top")
    return figure


def _column(point: Point) -> str:
    return " · ".join(filter(None, (point.column, point.split)))


def _scatter(points: Sequence[Point], drawing: Drawing, kind: str) -> go.Figure | None:
    """Return the rows by two columns, which are chosen."""
    columns = list(dict.fromkeys(_column(point) for point in points))
    if len(columns) == 1:
        st.info(words("explore.pivot_two_columns"))
        return None
    left, right = st.columns(2)
    with left:
        x = choices.one("x", words("explore.sql_x"), columns, str)
    with right:
        y = choices.one("y", words("explore.sql_y"), columns, str, columns[-1])
    cells = {(point.row, _column(point)): point for point in points}
    pairs = [
        (cells[row, x], cells[row, y])
        for row in dict.fromkeys(point.row for point in points)
        if (row, x) in cells and (row, y) in cells
    ]
    known = [(one, other) for one, other in pairs if one.value is not None and other.value is not None]
    note(words("explore.pivot_pairs", number=len(known), all=len(pairs)))
    figure = go.Figure(
        go.Scatter(
            x=[one.value for one, _ in known],
            y=[other.value for _, other in known],
            hovertext=[f"{one.row}: {one.text}; {other.text}" for one, other in known],
            hoverinfo="text",
            mode="markers",
            marker={"size": 10, "color": colour(0)},
        )
    )
    figure.update_layout(layout(height=HEIGHT_PX))
    figure.update_xaxes(title=x, ticksuffix=drawing.unit)
    figure.update_yaxes(title=y, ticksuffix=drawing.unit)
    return figure


def _multiples(points: Sequence[Point], drawing: Drawing, kind: str) -> go.Figure:
    """Return a small picture for each row, all on the same scale: lines over time, else bars."""
    rows = list(dict.fromkeys(point.row for point in points))
    if len(rows) > MOST_MULTIPLES:
        note(words("explore.pivot_first_series", count=MOST_MULTIPLES, all=len(rows)))
    shown = [point for point in points if point.row in frozenset(rows[:MOST_MULTIPLES])]
    frame = pd.DataFrame(
        {
            "row": [point.row for point in shown],
            "column": [point.column for point in shown],
            "split": [point.split for point in shown],
            "value": [point.value for point in shown],
            "text": [point.text for point in shown],
        }
    )
    is_over_time = drawing.time_place == 1
    build = px.line if is_over_time else px.bar
    split = "split" if frame["split"].any() else None
    options: dict[str, object] = (
        {"markers": True, "line_dash": split} if is_over_time else {"barmode": "group", "pattern_shape": split}
    )
    figure = build(
        frame,
        x="column",
        y="value",
        color=split,
        facet_col="row",
        facet_col_wrap=MULTIPLES_ACROSS,
        custom_data=["text"],
        color_discrete_sequence=[colour(place) for place in range(SERIES)],
        **options,
    )
    figure.update_traces(hovertemplate="%{x}: %{customdata[0]}<extra></extra>")
    figure.for_each_annotation(lambda one: one.update(text=one.text.partition("=")[2]))
    figure.for_each_xaxis(lambda axis: axis.update(title=""))
    figure.for_each_yaxis(lambda axis: axis.update(title="", rangemode="tozero", ticksuffix=drawing.unit))
    across = -(-min(len(rows), MOST_MULTIPLES) // MULTIPLES_ACROSS)
    figure.update_layout(
        layout(height=max(HEIGHT_PX, MULTIPLE_PX * across + 80), showlegend=split is not None, legend_title_text="")
    )
    return figure


def _chosen_column(points: Sequence[Point]) -> list[Point]:
    """Show the choice of the column that a map shows, at first the last one; return its points."""
    columns = list(dict.fromkeys(_column(point) for point in points))
    if len(columns) == 1:
        return list(points)
    column = choices.one("at", words("explore.pivot_at"), columns, str, columns[-1])
    return [point for point in points if _column(point) == column]


def _tiles(reader: Reader, points: Sequence[Point], drawing: Drawing, kind: str) -> go.Figure | None:
    """Return the tile map of the units; communes of one tile share its square."""
    units = {unit.unit_code: unit for unit in plan.every_unit(reader)}
    shown = [(units[point.code], point) for point in _chosen_column(points) if point.code in units]
    placed = [(unit, point) for unit, point in shown if unit.tile_row is not None and unit.tile_col is not None]
    if not placed:
        st.info(words("explore.pivot_no_tiles"))
        return None
    if len(placed) < len(shown):
        note(words("explore.pivot_not_on_map", number=len(shown) - len(placed)))
    places = _tile_places([unit for unit, _ in placed])
    is_alone = len(placed) == len({_tile(unit) for unit, _ in placed})
    figure = go.Figure()
    for has_value in (True, False):
        group = [(unit, point) for unit, point in placed if (point.value is not None) is has_value]
        filled = {"color": [point.value for _, point in group], "colorscale": SEQUENCE, "showscale": True}
        figure.add_scatter(
            x=[places[unit.unit_code][0] for unit, _ in group],
            y=[places[unit.unit_code][1] for unit, _ in group],
            text=[unit.tile_label or "" for unit, _ in group] if is_alone else None,
            hovertext=[f"{point.row}: {point.text}" for _, point in group],
            hoverinfo="text",
            mode="markers+text",
            marker={
                "symbol": "square" if has_value else "square-open",
                "size": 44 if is_alone else 13,
                "line": {"color": theme()["edge"], "width": 1},
                **(filled if has_value else {"color": theme()["edge"]}),
            },
            showlegend=False,
        )
    figure.update_layout(layout(height=HEIGHT_PX + 160))
    figure.update_xaxes(visible=False)
    figure.update_yaxes(visible=False, autorange="reversed", scaleanchor="x")
    return figure


def _tile(unit: Unit) -> tuple[int, int]:
    return unit.tile_row or 0, unit.tile_col or 0


def _tile_places(units: Sequence[Unit]) -> dict[str, tuple[float, float]]:
    """Return the place of each unit: the middle of its tile, or a part of it where units share the tile."""
    places = {}
    for (row, column), group in group_by(units, _tile).items():
        side = next(side for side in range(1, len(group) + 1) if side * side >= len(group))
        for number, unit in enumerate(group):
            down, right = divmod(number, side)
            places[unit.unit_code] = (column + (right + 0.5) / side - 0.5, row + (down + 0.5) / side - 0.5)
    return places


def _own_map(points: Sequence[Point], drawing: Drawing, kind: str) -> go.Figure | None:
    """Return the operator's own map, each unit filled by its value."""
    path = Settings.from_env().geojson
    shown = {point.code: point for point in _chosen_column(points) if point.code}
    try:
        outlines = read(path, frozenset(shown)) if path else {}
    except UnusableMapError:
        st.info(words("explore.pivot_no_own_map"))
        return None
    known = [point.value for point in shown.values() if point.value is not None]
    least, most = min(known), max(known)
    figure = go.Figure()
    for code, rings in outlines.items():
        point = shown[code]
        share = None if point.value is None else (point.value - least) / ((most - least) or 1.0)
        fill = "rgba(0,0,0,0)" if share is None else px.colors.sample_colorscale(SEQUENCE, [share])[0]
        xs: list[float | None] = []
        ys: list[float | None] = []
        for ring in rings:
            xs += [*(x for x, _ in ring), None]
            ys += [*(y for _, y in ring), None]
        figure.add_scatter(
            x=xs,
            y=ys,
            fill="toself",
            fillcolor=fill,
            line={"color": theme()["edge"], "width": 1},
            mode="lines",
            text=f"{point.row}: {point.text}",
            hoverinfo="text",
            hoveron="fills",
            showlegend=False,
        )
    figure.update_layout(layout(height=HEIGHT_PX + 160))
    figure.update_xaxes(visible=False)
    figure.update_yaxes(visible=False, scaleanchor="x")
    return figure
