"""Plotly figures of two targets against each other: of many units, or of one unit over the periods."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import plotly.graph_objects as go

from app.analysis.pairs import Axes, Dot
from app.core.grouping import group_by
from app.core.i18n import words
from app.explore.charts import colour, theme
from app.figures.drawing.plotly_style import separators
from app.figures.drawing.text_metrics import width
from app.figures.funnel.label_places import Area, Lettering, Spot, placed_labels
from app.records import Progress, Target

HEIGHT_PX = 460
# The plot of the narrowest screen: labels that fit there fit on any other.
PLOT = Area(width=230, height=300)
FONT_PX = 12
LETTERING = Lettering(width=lambda text: width(text, FONT_PX), line=20, radius=5, beside=8, above=6)
SHIFTS = {"right": (8, 0), "left": (-8, 0), "above": (0, 16), "below": (0, -16)}
SYMBOLS = ("circle", "square", "diamond", "triangle-up", "cross")
# Dots behind a label show through.
DOT_PX, SMALLEST_PX, LARGEST_PX, RING_PX = 9, 4, 34, 9
# Of a unit whose size was never reported.
UNSIZED = "x"
# Dots of one spot in its text.
MOST_LISTED = 8
MARGIN = 0.08
SELECTED, PEER = "selected", "peer"


def units_chart(dots: Sequence[Dot], axes: Axes, groups: Sequence[str], rings: Mapping[str, str]) -> go.Figure:
    """Return a dot for each unit, hollow where its values may change or are approximate.

    `groups` are the names of groups in the order of their colours; `rings` are names in the legend of the rings.
    """
    figure = _empty(dots, axes)
    texts = _texts(dots)
    largest = max((dot.size or 0.0 for dot in dots), default=0.0)
    by_group = group_by(dots, lambda dot: dot.group)
    for place, name in enumerate(groups or ("",)):
        members = by_group.get(name, [])
        style = {"color": colour(place), "opacity": 0.75, "line": {"width": 1.5}}
        symbols = [_symbol(dot, place, axes) for dot in members]
        figure.add_scatter(
            **_spots(members),
            mode="markers",
            showlegend=False,
            marker={**_sizes(members, axes, largest), **style, "symbol": symbols},
            hovertext=[texts[dot.pair.spot] for dot in members],
            hoverinfo="text",
        )
        if name:
            # The legend would show the first dot, which may be hollow.
            key = {**style, "size": DOT_PX, "symbol": SYMBOLS[place]}
            figure.add_scatter(x=[None], y=[None], mode="markers", name=name, marker=key)
    for ring, name in rings.items():
        members = [dot for dot in dots if dot.ring == ring]
        is_selected = ring == SELECTED
        style = {
            "symbol": "circle-open" if is_selected else "square-open",
            "color": theme()["focus"],
            "line": {"width": 3 if is_selected else 1.5},
        }
        marker = {**_sizes(members, axes, largest, RING_PX), **style}
        figure.add_scatter(**_spots(members), mode="markers", name=name, marker=marker, hoverinfo="skip")
    _label(figure, dots)
    return figure


def add_line(figure: go.Figure, slope: float, intercept: float) -> None:
    """Add the line that is nearest to the dots."""
    ends = figure.layout.xaxis.range
    figure.add_scatter(
        x=ends,
        y=[intercept + slope * end for end in ends],
        mode="lines",
        name=words("explore.fitted_line"),
        line={"color": theme()["edge"], "width": 1.5, "dash": "dash"},
        hoverinfo="skip",
    )


def path_chart(stretches: Sequence[Sequence[Dot]], axes: Axes) -> go.Figure:
    """Return one unit's periods as dots, those of a stretch connected in order; the newest is the largest.

    The ends of stretches are labelled.
    """
    dots = [dot for stretch in stretches for dot in stretch]
    figure = _empty(dots, axes)
    texts = _texts(dots)
    for stretch in stretches:
        figure.add_scatter(
            **_spots(stretch),
            mode="lines+markers",
            line={"color": colour(0), "width": 1.5},
            marker={
                "symbol": [_symbol(dot, 0, axes) for dot in stretch],
                "size": [DOT_PX + 6 if dot is dots[-1] else DOT_PX for dot in stretch],
            },
            hovertext=[texts[dot.pair.spot] for dot in stretch],
            hoverinfo="text",
            showlegend=False,
        )
    _label(figure, [stretch[place] for stretch in stretches for place in ((0, -1) if len(stretch) > 1 else (0,))])
    return figure


def _empty(dots: Sequence[Dot], axes: Axes) -> go.Figure:
    """Return the axes with the thresholds that all of the dots have."""
    ink = {"color": theme()["ink"]}
    axis = {"ticksuffix": "%", "tickfont": ink}
    spots = [dot.pair.spot for dot in dots]
    lines = [*_threshold("x", [dot.pair.x for dot in dots]), *_threshold("y", [dot.pair.y for dot in dots])]
    # Written as a whole: Plotly checks each update of a figure again.
    return go.Figure(
        layout={
            "height": HEIGHT_PX,
            "margin": {"l": 10, "r": 10, "t": 20, "b": 10},
            "separators": separators(),
            "hovermode": "closest",
            "legend": {"orientation": "h", "y": -0.25, "itemsizing": "constant"},
            "xaxis": {
                **axis,
                "title": {"text": _axis_title(axes.x), "font": ink},
                "range": _range([x for x, _ in spots]),
            },
            "yaxis": {
                **axis,
                "title": {"text": _axis_title(axes.y), "font": ink},
                "range": _range([y for _, y in spots]),
            },
            "shapes": [line for line, _ in lines],
            "annotations": [label for _, label in lines],
        }
    )


def _threshold(along: str, rows: Sequence[Progress]) -> list[tuple[dict[str, object], dict[str, object]]]:
    """Return the line of the threshold that all figures on an axis have, with its label; nothing without one."""
    values = {row.threshold_pct for row in rows}
    value = values.pop() if len(values) == 1 else None
    if value is None:
        return []
    other = "y" if along == "x" else "x"
    line: dict[str, object] = {
        "type": "line", f"{along}0": value, f"{along}1": value, f"{other}0": 0, f"{other}1": 1,
        f"{other}ref": f"{other} domain", "line": {"color": theme()["edge"], "dash": "dot", "width": 1},
    }  # fmt: skip
    label: dict[str, object] = {
        along: value, other: 1 if along == "x" else 0, f"{other}ref": f"{other} domain", "showarrow": False,
        "text": words("explore.threshold"), "yanchor": "bottom", "xanchor": "center" if along == "x" else "left",
    }  # fmt: skip
    return [(line, label)]


def _axis_title(target: Target) -> str:
    return f"{target.target_code} {words.of(target, 'short_name')}"


def _range(values: Sequence[float]) -> tuple[float, float]:
    low, high = min(values), max(values)
    margin = (high - low or 10.0) * MARGIN
    return low - margin, high + margin


def _spots(dots: Sequence[Dot]) -> dict[str, list[float]]:
    return {"x": [dot.pair.spot[0] for dot in dots], "y": [dot.pair.spot[1] for dot in dots]}


def _sizes(dots: Sequence[Dot], axes: Axes, largest: float, wider: int = 0) -> dict[str, object]:
    """Return diameters in pixels: the area of a dot is proportional to its size."""
    if not axes.is_sized or not largest:
        return {"size": DOT_PX + wider}
    share = [0.0 if dot.size is None else dot.size / largest for dot in dots]
    return {"size": [max(SMALLEST_PX, LARGEST_PX * part**0.5) + wider for part in share]}


def _symbol(dot: Dot, group: int, axes: Axes) -> str:
    symbol = UNSIZED if axes.is_sized and dot.size is None else SYMBOLS[group]
    return f"{symbol}-open" if dot.pair.is_approximate or dot.pair.is_provisional else symbol


def _texts(dots: Sequence[Dot]) -> dict[tuple[float, float], str]:
    """Return the text of each spot, with everything at it: dots with equal values cover each other."""
    texts = {}
    for spot, members in group_by(dots, lambda dot: dot.pair.spot).items():
        lines = [dot.text for dot in members[:MOST_LISTED]]
        if len(members) > MOST_LISTED:
            lines.append(words("explore.more_here", count=len(members) - MOST_LISTED))
        texts[spot] = "<br>".join(lines)
    return texts


def _label(figure: go.Figure, dots: Sequence[Dot]) -> None:
    """Label dots, the uppermost first, where no label covers another one or a labelled dot."""
    named = {str(place): dot for place, dot in enumerate(reversed(dots)) if dot.label}
    (left, right), (bottom, top) = figure.layout.xaxis.range, figure.layout.yaxis.range
    points = {
        key: Spot(
            (dot.pair.spot[0] - left) / (right - left) * PLOT.width,
            (top - dot.pair.spot[1]) / (top - bottom) * PLOT.height,
        )
        for key, dot in named.items()
    }
    for key, placed in placed_labels(points, {key: dot.label for key, dot in named.items()}, PLOT, LETTERING).items():
        beside, above = SHIFTS[placed.side]
        figure.add_annotation(
            x=named[key].pair.spot[0],
            y=named[key].pair.spot[1],
            text=placed.text,
            showarrow=False,
            xanchor={"right": "left", "left": "right"}.get(placed.side, "center"),
            xshift=beside,
            yshift=above,
            font={"size": FONT_PX, "color": theme()["ink"]},
            bgcolor=theme()["paper"],
            opacity=0.85,
            borderpad=0,
        )
