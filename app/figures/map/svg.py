"""Many places at once as documents: the tile map of the city, and one small course per district."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

from markupsafe import Markup

from app.core.i18n import Words
from app.figures.drawing import svg_document
from app.figures.drawing.status_icons import REACH, sign
from app.figures.drawing.svg_document import MARGIN, Caption
from app.figures.drawing.text_metrics import width
from app.figures.grid.svg import figure, in_words, is_doubtful
from app.figures.scale import axis_end
from app.records import Progress, Target, Unit
from app.ui.figure_text import possible_statuses
from app.ui.palette import ACCENT, INK

TILE_WIDTH, TILE_HEIGHT, GAP = 148.0, 66.0, 5.0
PER_LINE, SMALL_WIDTH, SMALL_HEIGHT, COURSE = 5, 185.0, 104.0, 52.0


def tile_map_chart(
    caption: Caption, rows: Sequence[Progress], target: Target, units: Mapping[str, Unit], words: Words
) -> str:
    """Districts as equal tiles, placed about where they lie in the city."""
    placed = [row for row in rows if units[row.unit_code].tile_row is not None]
    body = Markup("").join(_tile(row, units[row.unit_code], words) for row in placed)
    lines = max((units[row.unit_code].tile_row or 1 for row in placed), default=1)
    columns = max((units[row.unit_code].tile_col or 1 for row in placed), default=1)
    wide = 2 * MARGIN + columns * (TILE_WIDTH + GAP) - GAP
    keys, high = svg_document.legend(
        _statuses(rows, target), lines * (TILE_HEIGHT + GAP) + 14, wide - 2 * MARGIN, words, any(map(is_doubtful, rows))
    )
    return svg_document.document(caption, body + keys, (wide, high), _story(rows, units, words))


def multiples_chart(
    caption: Caption,
    courses: Mapping[str, Sequence[Progress]],
    target: Target,
    units: Mapping[str, Unit],
    periods: Sequence[str],
    words: Words,
) -> str:
    """The same target in every district over the same periods and the same scale, with the threshold dashed."""
    shown = {code: list(courses[code]) for code in units if courses.get(code)}
    top = axis_end(row for rows in shown.values() for row in rows)
    body = Markup("").join(
        _multiple(rows, units[code], place, (periods, top), words) for place, (code, rows) in enumerate(shown.items())
    )
    wide = 2 * MARGIN + PER_LINE * SMALL_WIDTH
    lines = -(-len(shown) // PER_LINE)
    last = [rows[-1] for rows in shown.values()]
    keys, high = svg_document.legend(_statuses(last, target), lines * SMALL_HEIGHT + 6, wide - 2 * MARGIN, words, False)
    return svg_document.document(caption, body + keys, (wide, high), _story(last, units, words))


def _statuses(rows: Sequence[Progress], target: Target) -> list[str]:
    return [*possible_statuses(target), *sorted({row.status for row in rows if row.value_pct is None})]


def _story(rows: Sequence[Progress], units: Mapping[str, Unit], words: Words) -> list[str]:
    return [f"{words.of(units[row.unit_code], 'name')}: {in_words(row, words)}" for row in rows]


def _tile(row: Progress, unit: Unit, words: Words) -> str:
    x = MARGIN + ((unit.tile_col or 1) - 1) * (TILE_WIDTH + GAP)
    y = ((unit.tile_row or 1) - 1) * (TILE_HEIGHT + GAP)
    middle, ink = x + TILE_WIDTH / 2, svg_document.ink_of(row.status)
    drawn = svg_document.status_box(row.status, x, y, TILE_WIDTH, TILE_HEIGHT, is_doubtful(row))
    drawn += svg_document.text(middle, y + 26, words.of(unit, "short_name"), 14, text_anchor="middle", fill=ink)
    value = figure(row, words)
    if not value:
        drawn += sign(row.status, middle, y + 37, ink)
        return drawn + svg_document.text(middle, y + 57, words.status(row.status), 11.5, text_anchor="middle", fill=ink)
    value += "%"
    room = width(value, 16, is_bold=True)
    start = middle - (2 * REACH[row.status] + 6 + room) / 2
    drawn += sign(row.status, start + REACH[row.status], y + 46, ink)
    left = start + 2 * REACH[row.status] + 6
    return drawn + svg_document.text(left, y + 51.5, value, 16, font_weight="600", fill=ink)


def _multiple(
    rows: Sequence[Progress], unit: Unit, place: int, scale: tuple[Sequence[str], float], words: Words
) -> str:
    periods, top = scale
    x, y = MARGIN + (place % PER_LINE) * SMALL_WIDTH, (place // PER_LINE) * SMALL_HEIGHT
    last, room = rows[-1], SMALL_WIDTH - 24
    value = figure(last, words)
    drawn = svg_document.text(x, y + 16, words.of(unit, "short_name"), 13, font_weight="600")
    drawn += svg_document.text(x + room, y + 16, value, 13, text_anchor="end")
    drawn += sign(last.status, x + room - width(value, 13) - 12, y + 11.5, INK)
    places = {code: x + 4 + (room - 8) * index / max(1, len(periods) - 1) for index, code in enumerate(periods)}
    base = y + 24 + COURSE

    def height(value: float) -> float:
        return base - (COURSE - 6) * value / top

    if last.threshold_pct is not None:
        level = height(last.threshold_pct)
        drawn += svg_document.path(f"M{x:.1f} {level:.1f}h{room:.1f}", svg_document.EDGE, 1, stroke_dasharray="3 3")
    drawn += svg_document.path(f"M{x:.1f} {base:.1f}h{room:.1f}", svg_document.LIGHT["line"], 1)
    line = ""
    for one, two in pairwise(rows):
        if one.value_pct is not None and two.value_pct is not None and not two.restarts:
            line += f"M{places[one.period_code]:.1f} {height(one.value_pct):.1f}"
            line += f"L{places[two.period_code]:.1f} {height(two.value_pct):.1f}"
    drawn += svg_document.path(line, ACCENT, 1.8) if line else ""
    if last.value_pct is not None:
        drawn += Markup(
            f"<circle cx='{places[last.period_code]:.1f}' cy='{height(last.value_pct):.1f}' r='4' "
            f"fill='{svg_document.fill_of(last.status)}' stroke='{INK}'/>"
        )
    first, end = (words.short_period(code) for code in (periods[0], periods[-1]))
    drawn += svg_document.text(x, base + 14, first, 10.5, fill=svg_document.MUTED)
    return drawn + svg_document.text(x + room, base + 14, end, 10.5, text_anchor="end", fill=svg_document.MUTED)
