"""Chart of a pinned view as SVG on a slide of 1280 × 720 units: no letter is smaller than 24 of them."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from app.core.i18n import words
from app.figures.drawing.text_metrics import width as text_width
from app.figures.funnel.label_places import Area, Lettering, Spot, placed_labels
from app.figures.view_chart.spec import MOST_TICKS, DotChart, MarkSeries, ViewChart, ticks
from app.ui.templates import render

WIDE, HIGH, LETTER = 1208.0, 470.0, 24.0
# Between letters and marks; above the baseline of a letter.
GAP, BASE = 12.0, 8.0
LEGEND = 58.0
NAMES_SHARE = 0.36
# Room for the text after the longest bar.
VALUE_ROOM = 130.0
AXIS_ROOM = 90.0
RADIUS = 9.0
LETTERING = Lettering(width=lambda text: text_width(text, LETTER), line=LETTER + 4, radius=RADIUS, beside=14, above=10)
SHIFTS = {"right": (14.0, BASE), "left": (-14.0, BASE), "above": (0.0, -16.0), "below": (0.0, 34.0)}
ANCHORS = {"right": "start", "left": "end", "above": "middle", "below": "middle"}
# Number of its series, place and text of a last value.
_Last = tuple[int, float, float, str]


def draw_view_chart(chart: ViewChart | DotChart) -> Markup:
    """Render a chart that fills a slide's width."""
    if isinstance(chart, DotChart):
        return _draw(chart.text, "dots", _dots(chart))
    parts = _bars(chart) if chart.kind == "bars" else _lines(chart)
    return _draw(chart.text, chart.kind, parts | {"legend": _legend(chart.series)})


def _draw(text: str, kind: str, parts: dict[str, object]) -> Markup:
    return render("figures/view_chart/chart.html", text=text, kind=kind, wide=WIDE, high=HIGH, letter=LETTER, **parts)


def _legend(series: Sequence[MarkSeries]) -> list[tuple[int, float, str]]:
    """Return number, place and name of each series; none where there is a single one without a name."""
    left, found = 0.0, []
    for number, one in enumerate(series, start=1):
        found.append((number, left, one.name))
        left += LETTER + GAP + text_width(one.name, LETTER) * 1.06 + 2 * GAP
    return found if len(series) > 1 else []


def _bars(chart: ViewChart) -> dict[str, object]:
    low, high = chart.ends
    top = LEGEND if len(chart.series) > 1 else 0.0
    names = min(NAMES_SHARE * WIDE, max(text_width(place, LETTER) for place in chart.places) * 1.06) + GAP
    left, right = names, WIDE - VALUE_ROOM
    room = (HIGH - top) / len(chart.places)
    each = min(0.82 * room / len(chart.series), 44.0)

    def at(value: float) -> float:
        return left + (right - left) * (value - low) / (high - low)

    bars, labels = [], []
    for place, name in enumerate(chart.places):
        middle = top + room * (place + 0.5)
        labels.append((left - GAP, middle + BASE, name))
        for number, one in enumerate(chart.series):
            mark, y = one.marks[place], middle + each * (number - len(chart.series) / 2)
            end = at(0.0) if mark.value is None else at(mark.value)
            start = min(at(0.0), end)
            bars.append((number + 1, start, y, abs(end - at(0.0)), each * 0.9, max(at(0.0), end) + GAP, mark.text))
    return {"bars": bars, "labels": labels}


def _lines(chart: ViewChart) -> dict[str, object]:
    low, high = chart.ends
    top, bottom, left, right = LEGEND, HIGH - 2 * LETTER, AXIS_ROOM, WIDE - VALUE_ROOM
    count = len(chart.places)

    def x(place: int) -> float:
        return left + (right - left) * place / max(1, count - 1)

    def y(value: float) -> float:
        return bottom - (bottom - top) * (value - low) / (high - low)

    paths, points, lasts = [], [], []
    for number, one in enumerate(chart.series, start=1):
        pieces: list[list[str]] = [[]]
        for place, mark in enumerate(one.marks):
            if mark.value is None:
                pieces.append([])
                continue
            pieces[-1].append(f"{x(place):.1f} {y(mark.value):.1f}")
            points.append((number, x(place), y(mark.value)))
        paths += [(number, "M" + "L".join(piece)) for piece in pieces if len(piece) > 1]
        known = [place for place, mark in enumerate(one.marks) if mark.value is not None]
        if known:
            mark = one.marks[known[-1]]
            lasts.append((number, x(known[-1]) + GAP, y(mark.value or 0.0), mark.text))
    every = max(1, -(-count // MOST_TICKS))
    marks = [
        (x(place), HIGH - BASE, name) for place, name in enumerate(chart.places) if (count - 1 - place) % every == 0
    ]
    levels = [(y(tick), f"{words.number(tick)}{chart.unit}") for tick in ticks((low, high))]
    return {
        "paths": paths,
        "points": points,
        "lasts": _apart(lasts, top, bottom),
        "marks": marks,
        "levels": levels,
        "left": left,
        "right": right,
    }


def _apart(lasts: list[_Last], top: float, bottom: float) -> list[_Last]:
    """Return the last values with their texts moved down where they would cover each other, none below the plot."""
    placed: list[_Last] = []
    for number, x, y, text in sorted(lasts, key=lambda one: one[2]):
        placed.append((number, x, max(y, placed[-1][2] + LETTER if placed else top), text))
    for place in range(len(placed) - 1, -1, -1):
        number, x, y, text = placed[place]
        most = bottom if place == len(placed) - 1 else placed[place + 1][2] - LETTER
        placed[place] = (number, x, min(y, most), text)
    return [(number, x, y + BASE, text) for number, x, y, text in placed]


def _dots(chart: DotChart) -> dict[str, object]:
    top, bottom, left, right = LEGEND, HIGH - 3 * LETTER, AXIS_ROOM, WIDE - 2 * VALUE_ROOM
    (x_low, x_high), (y_low, y_high) = chart.x_ends, chart.y_ends

    def x(value: float) -> float:
        return left + (right - left) * (value - x_low) / (x_high - x_low)

    def y(value: float) -> float:
        return bottom - (bottom - top) * (value - y_low) / (y_high - y_low)

    spots = {str(place): Spot(x(spot.x) - left, y(spot.y) - top) for place, spot in enumerate(chart.spots)}
    names = {str(place): spot.label for place, spot in enumerate(chart.spots) if spot.label}
    labels = [
        (spots[key].x + left + SHIFTS[placed.side][0], spots[key].y + top + SHIFTS[placed.side][1], placed)
        for key, placed in placed_labels(spots, names, Area(WIDE - left, bottom - top), LETTERING).items()
    ]
    return {
        "spots": [(x(spot.x), y(spot.y), spot.is_hollow) for spot in chart.spots],
        "names": [(across, down, ANCHORS[placed.side], placed.text) for across, down, placed in labels],
        "marks": [(x(tick), HIGH - LETTER - BASE, f"{words.number(tick)} %") for tick in ticks(chart.x_ends)],
        "levels": [(y(tick), f"{words.number(tick)} %") for tick in ticks(chart.y_ends)],
        "titles": (chart.x_title, chart.y_title),
        "left": left,
        "right": right,
        "radius": RADIUS,
    }
