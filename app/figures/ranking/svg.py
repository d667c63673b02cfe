"""The ranking of districts on one target as a document: bars, intervals, threshold and milestone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from markupsafe import Markup

from app.core.i18n import Words
from app.figures.drawing import svg_document
from app.figures.drawing.status_icons import sign
from app.figures.drawing.svg_document import MARGIN, Caption
from app.figures.drawing.text_metrics import width
from app.figures.grid.svg import figure, in_words, is_doubtful
from app.figures.scale import axis_end
from app.records import Progress, Target, Unit
from app.ui.figure_text import possible_statuses, threshold_text
from app.ui.palette import INK

WIDE, NAME_WIDTH, VALUE_WIDTH, STATUS_WIDTH = 1000.0, 150.0, 64.0, 150.0
ROW, BAR, HEAD = 27.0, 18.0, 46.0
LEFT = MARGIN + NAME_WIDTH
TRACK = WIDE - LEFT - VALUE_WIDTH - STATUS_WIDTH - MARGIN
THRESHOLD, PATH = "5 4", "1.5 4"


def ranking_chart(
    caption: Caption, rows: Sequence[Progress], target: Target, units: Mapping[str, Unit], words: Words
) -> str:
    """Units from best to worst, then in words those without a figure."""
    present = [row for row in rows if row.value_pct is not None]
    present.sort(key=lambda row: row.value_pct or 0.0, reverse=target.direction == "up")
    absent = [row for row in rows if row.value_pct is None]
    top = axis_end(present)
    path = next((row.path_pct for row in rows if row.path_pct is not None), None)
    body, y = Markup(""), HEAD
    for row in present:
        body += _ranked(row, units[row.unit_code], y, top, words)
        y += ROW
    marks = _marks(target, path, y, top, words)
    for row in absent:
        body += _absent(row, units[row.unit_code], y, words)
        y += ROW
    statuses = [*possible_statuses(target), *sorted({row.status for row in absent})]
    keys, high = svg_document.legend(statuses, y + 18, WIDE - 2 * MARGIN, words, any(map(is_doubtful, rows)))
    story = [f"{words.of(units[row.unit_code], 'name')}: {in_words(row, words)}" for row in [*present, *absent]]
    return svg_document.document(caption, body + marks + keys, (WIDE, high), story)


def at(value: float, top: float) -> float:
    """Where a value stands on the track."""
    return LEFT + TRACK * max(0.0, min(1.0, value / top))


def _ranked(row: Progress, unit: Unit, y: float, top: float, words: Words) -> str:
    middle = y + ROW / 2
    long = max(1.0, at(row.value_pct or 0.0, top) - LEFT)
    edge = {"stroke": svg_document.EDGE, "stroke_width": "0.8"} if row.status == "monitor" else {}
    drawn = _name(unit, middle, words)
    drawn += svg_document.box(LEFT, middle - BAR / 2, long, BAR, fill=svg_document.fill_of(row.status), **edge)
    if row.ci_low_pct is not None and row.ci_high_pct is not None:
        low, high = at(row.ci_low_pct, top), at(row.ci_high_pct, top)
        whiskers = f"M{low:.1f} {middle - 4:.1f}v8M{low:.1f} {middle:.1f}H{high:.1f}M{high:.1f} {middle - 4:.1f}v8"
        drawn += svg_document.path(whiskers, svg_document.PAPER, 3.6, opacity="0.85") + svg_document.path(
            whiskers, INK, 1.3
        )
    value = figure(row, words)
    right = LEFT + TRACK + VALUE_WIDTH - 12
    drawn += svg_document.text(right, middle + 4.8, value, text_anchor="end", font_weight="600")
    if is_doubtful(row):
        drawn += Markup(f"<path d='M{right + 2:.1f} {middle - 7:.1f}h6v6z'/>")
    return drawn + _status(row.status, words.status(row.status), middle)


def _absent(row: Progress, unit: Unit, y: float, words: Words) -> str:
    middle = y + ROW / 2
    reason = svg_document.text(LEFT + 4, middle + 4.6, words(f"absence.{row.status}"), 12.5, fill=svg_document.MUTED)
    return _name(unit, middle, words) + reason + _status(row.status, words.status(row.status), middle)


def _name(unit: Unit, middle: float, words: Words) -> str:
    return svg_document.text(LEFT - 10, middle + 4.8, words.of(unit, "short_name"), text_anchor="end")


def _status(status: str, word: str, middle: float) -> str:
    x = LEFT + TRACK + VALUE_WIDTH
    drawn = svg_document.status_box(status, x, middle - 9, 26, 18) + sign(
        status, x + 13, middle, svg_document.ink_of(status)
    )
    return drawn + svg_document.text(x + 33, middle + 4.6, word, 12.5)


def _marks(target: Target, path: float | None, bottom: float, top: float, words: Words) -> str:
    if target.threshold_pct is None:
        return Markup("")
    text = words("ranking.threshold", threshold=threshold_text(target, words))
    drawn = mark(target.threshold_pct, text, 16, bottom, top, THRESHOLD)
    if path is not None and path != target.threshold_pct:
        drawn += mark(path, words("ranking.path", path=words.percent(path)), 34, bottom, top, PATH)
    return drawn


def mark(value: float, label: str, y: float, bottom: float, top: float, dash: str) -> str:
    """A line down the whole track with its name above it, inside the sheet."""
    x, half = at(value, top), width(label, 12, is_bold=True) / 2
    middle = min(max(x, LEFT + half), WIDE - MARGIN - half)
    line = svg_document.path(f"M{x:.1f} {y + 5:.1f}V{bottom:.1f}", INK, 1.5, stroke_dasharray=dash)
    return line + svg_document.text(middle, y, label, 12, text_anchor="middle", font_weight="600")
