"""Ranking of units on one target as an SVG document: dots with intervals, counts and limits, or lists of names."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from app.core.i18n import words
from app.figures.drawing.svg_document import (
    MARGIN,
    TEXT_PX,
    Caption,
    circle,
    document,
    element,
    legend,
    mark_of,
    path,
    status_mark,
    text,
)
from app.figures.drawing.text_metrics import width, wrapped
from app.figures.ranking.spec import Answer, RankedUnit, Ranking, UnitsOfStatus
from app.figures.scale import Scale
from app.ui.palette import INK, MUTED

WIDE = 1000.0
NAME_WIDTH = 150.0
VALUE_WIDTH = 64.0
PARTS_WIDTH = 84.0
STATUS_WIDTH = 150.0
ROW = 27.0
DOT = 5.5
DOTS = 64.0
HEAD = 64.0
LEFT = MARGIN + NAME_WIDTH
TRACK = WIDE - LEFT - VALUE_WIDTH - PARTS_WIDTH - STATUS_WIDTH - MARGIN
LABEL_PX = 12.0
DASHES = {"threshold": "5 4", "path": "1.5 4"}
# Heights of the axis and of the labels of reference lines above the dots.
TICK_LINE = 14.0
LABEL_LINES = {"threshold": 36.0, "path": 54.0}
COLUMN_GAP = 26.0
TITLE_PX = 15.0
NAME_LEADING = 19.0
NAME_GAP = 20.0


def ranking_document(caption: Caption, ranking: Ranking) -> Markup:
    """Render units from best to worst, then those without a figure as text; lists where each answers yes or no."""
    body = _answers(ranking) if ranking.answers else _dots(ranking)
    keys, high = legend(ranking.statuses, body.bottom + 18, WIDE - 2 * MARGIN, ranking.has_provisional)
    return document(caption, body.marks + keys, (WIDE, high), ranking.story)


@dataclass(frozen=True, slots=True)
class _Block:
    """Marks, and their end."""

    marks: Markup
    bottom: float


def _dots(ranking: Ranking) -> _Block:
    body, y = _axis(ranking), HEAD
    if ranking.dots:
        body += text(LEFT - 10, y + DOTS - 8, words("ranking.every"), text_anchor="end")
        for dot in ranking.dots:
            body += circle(_x(dot.value, ranking.scale), y + DOTS * (1 - dot.height), 3.4, **mark_of(dot.status))
        y += DOTS + 10
    for segment in ranking.segments:
        if segment.text:
            body += text(LEFT + 4, y + ROW / 2 + 4.6, segment.text, 12.5, fill=MUTED)
            y += ROW
            continue
        for unit in segment.bars:
            body += _ranked(unit, y, ranking.scale)
            y += ROW
    body += _limits(ranking, y)
    for unit in ranking.absent_units:
        body += _absent(unit, y)
        y += ROW
    return _Block(body, y)


def _x(value: float, scale: Scale) -> float:
    return LEFT + TRACK * scale.share(value)


def _ranked(unit: RankedUnit, y: float, scale: Scale) -> Markup:
    middle = y + ROW / 2
    svg = _name(unit, middle)
    if unit.low is not None and unit.high is not None:
        low = _x(unit.low, scale)
        high = _x(unit.high, scale)
        # An interval that begins before the axis has an arrow there for its end.
        cap, arrow = f"M{low:.1f} {middle - 4:.1f}v8", f"M{low + 6:.1f} {middle - 4:.1f}l-6 4l6 4"
        end = cap if unit.low >= scale.start else arrow
        svg += path(f"M{low:.1f} {middle:.1f}H{high:.1f}M{high:.1f} {middle - 4:.1f}v8{end}", MUTED, 1.4, class_="ci")
    look = mark_of(unit.status)
    svg += circle(_x(unit.value or 0.0, scale), middle, DOT, look.pop("fill"), class_="dot", **look)
    right = LEFT + TRACK + VALUE_WIDTH - 12
    svg += text(right, middle + 4.8, unit.value_text, text_anchor="end", font_weight="600", class_="value")
    if unit.is_provisional:
        svg += element("path", d=f"M{right + 2:.1f} {middle - 7:.1f}h6v6z")
    parts = {"text_anchor": "end", "fill": MUTED, "class_": "parts"}
    svg += text(right + PARTS_WIDTH, middle + 4.6, unit.parts, 12.5, **parts)
    return svg + _status(unit, middle)


def _absent(unit: RankedUnit, y: float) -> Markup:
    middle = y + ROW / 2
    reason = text(LEFT + 4, middle + 4.6, unit.reason, 12.5, fill=MUTED)
    return _name(unit, middle) + reason + _status(unit, middle)


def _name(unit: RankedUnit, middle: float) -> Markup:
    return text(LEFT - 10, middle + 4.8, unit.name, text_anchor="end", class_="name")


def _status(unit: RankedUnit, middle: float) -> Markup:
    x = LEFT + TRACK + VALUE_WIDTH + PARTS_WIDTH
    mark = status_mark(unit.status, x, middle - 9, 26, 18)
    return mark + text(x + 33, middle + 4.6, unit.status_word, 12.5)


def _axis(ranking: Ranking) -> Markup:
    """Render the labels of the axis, a cut before the first one where it does not begin at 0."""
    svg = Markup("")
    for mark in ranking.ticks:
        label = ranking.scale.cut_sign(mark.value) + mark.label
        svg += text(
            _x(mark.value, ranking.scale), TICK_LINE, label, LABEL_PX, text_anchor="middle", fill=MUTED, class_="tick"
        )
    return svg


def _limits(ranking: Ranking, bottom: float) -> Markup:
    """Render threshold and milestones across the dots, which end at `bottom`, and the labels above the scale."""
    svg = Markup("")
    if ranking.threshold is not None:
        svg += _upright("threshold", ranking.threshold, HEAD - 25, bottom, ranking.scale)
    for run in ranking.path_runs:
        top = HEAD - 7 if run.first == 0 else HEAD + ROW * run.first
        end = bottom if ranking.summary else HEAD + ROW * (run.last + 1)
        svg += _upright("path", run.value, top, end, ranking.scale)
    for mark in ranking.marks:
        half = width(mark.label, LABEL_PX, is_bold=True) / 2
        middle = min(max(_x(mark.value, ranking.scale), LEFT + half), WIDE - MARGIN - half)
        style = {"text_anchor": "middle", "font_weight": "600", "class_": f"mark {mark.kind}"}
        svg += text(middle, LABEL_LINES[mark.kind], mark.label, LABEL_PX, **style)
    return svg


def _upright(kind: str, value: float, top: float, bottom: float, scale: Scale) -> Markup:
    x = _x(value, scale)
    return path(f"M{x:.1f} {top:.1f}V{bottom:.1f}", INK, 1.5, class_=kind, stroke_dasharray=DASHES[kind])


def _answers(ranking: Ranking) -> _Block:
    """Render a list of names for each answer side by side, as wide as its names."""
    count = len(ranking.answers)
    room = (WIDE - 2 * MARGIN - COLUMN_GAP * (count - 1)) / count
    lists = [
        _answer(answer, MARGIN + index * (room + COLUMN_GAP), room) for index, answer in enumerate(ranking.answers)
    ]
    return _Block(Markup("").join(names.marks for names in lists), max(names.bottom for names in lists))


def _answer(answer: Answer, left: float, room: float) -> _Block:
    y = 18.0
    body = text(left, y, answer.title, TITLE_PX, font_weight="600", class_="answer")
    y += 12
    for group in answer.statuses:
        units = _of_status(group, left, y, room)
        body += units.marks
        y = units.bottom
    return _Block(body, y)


def _of_status(group: UnitsOfStatus, left: float, top: float, room: float) -> _Block:
    body = status_mark(group.status, left, top, 26, 18) + text(left + 33, top + 13.6, group.status_word, 12.5)
    y = top + 18
    for part in wrapped(group.reason, 12.5, room):
        y += NAME_LEADING
        body += text(left, y, part, 12.5, fill=MUTED)
    column = max(width(unit.name, TEXT_PX) for unit in group.units) + NAME_GAP
    per_line = max(1, int(room // column))
    for index, unit in enumerate(group.units):
        x = left + index % per_line * column
        y += 0 if index % per_line else NAME_LEADING
        body += text(x, y, unit.name, TEXT_PX, class_="name")
        if unit.is_provisional:
            body += element("path", d=f"M{x + width(unit.name, TEXT_PX) + 4:.1f} {y - 10:.1f}h6v6z")
    return _Block(body, y + 14)
