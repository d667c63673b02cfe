"""The course of one figure over the quarters as a document: line, threshold, milestones, breaks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

from markupsafe import Markup

from app.core.i18n import Words
from app.figures.drawing import svg_document
from app.figures.drawing.status_icons import sign
from app.figures.drawing.svg_document import MARGIN, Caption
from app.figures.grid.svg import in_words
from app.figures.scale import Scale, axis_end
from app.records import Progress, Target
from app.ui.figure_text import possible_statuses, threshold_text, value_text
from app.ui.palette import ACCENT, INK, LIGHT

WIDE, HIGH, LEFT, TOP, FOOT = 1000.0, 360.0, 74.0, 40.0, 34.0
# Room at the right for the names of the threshold and the milestone, where there are any.
RIGHT, RIGHT_FREE = 150.0, 40.0
RADIUS = 10.0


def trend_chart(
    caption: Caption,
    rows: Sequence[Progress],
    target: Target,
    words: Words,
    breaks: Mapping[str, str] | None = None,
) -> str:
    """One unit's figures, oldest first; `breaks` names in a few words the quarters where the series breaks."""
    sheet = _Sheet(len(rows), axis_end(rows), RIGHT_FREE if target.threshold_pct is None else RIGHT)
    body = _axes(sheet, rows, words) + _breaks(sheet, rows, breaks or {})
    body += _milestones(sheet, rows, words)
    if target.threshold_pct is not None:
        y = sheet.y(target.threshold_pct)
        body += svg_document.path(f"M{LEFT:.1f} {y:.1f}H{sheet.right:.1f}", INK, 1.5, stroke_dasharray="6 4")
        label = words("ranking.threshold", threshold=threshold_text(target, words))
        body += svg_document.text(sheet.right + 8, y + 4.5, label, 12, font_weight="600")
    body += _line(sheet, rows) + Markup("").join(_point(sheet, place, row, words) for place, row in enumerate(rows))
    absent = sorted({row.status for row in rows if row.value_pct is None})
    keys, high = svg_document.legend([*possible_statuses(target), *absent], HIGH + 10, WIDE - 2 * MARGIN, words, False)
    story = [f"{words.period(row.period_code)}: {in_words(row, words)}" for row in rows]
    story += [f"{words.period(code)}: {text}" for code, text in (breaks or {}).items()]
    return svg_document.document(caption, body + keys, (WIDE, high), story)


class _Sheet:
    """Where quarters and values stand."""

    def __init__(self, count: int, top: float, free: float) -> None:
        self.top, self.right, self.bottom = top, WIDE - free, HIGH - FOOT
        self.step = (self.right - LEFT - 60) / max(1, count - 1)

    def x(self, place: int) -> float:
        return LEFT + 30 + self.step * place

    def y(self, value: float) -> float:
        return self.bottom - (self.bottom - TOP) * value / self.top


def starts_anew(row: Progress) -> bool:
    """Whether a figure counted over the year begins again in this quarter."""
    return row.kind == "coverage" and row.period_window == "ytd" and row.period_code.endswith("Q1")


def _axes(sheet: _Sheet, rows: Sequence[Progress], words: Words) -> str:
    drawn = Markup("")
    for value in Scale(sheet.top).ticks:
        y = sheet.y(value)
        drawn += svg_document.path(f"M{LEFT:.1f} {y:.1f}H{sheet.right:.1f}", LIGHT["faint"], 1)
        drawn += svg_document.text(
            LEFT - 8, y + 4.4, words.percent(value) + ("%" if value else ""), 12, text_anchor="end"
        )
    every = 1 if sheet.step >= 44 else 2
    for place, row in enumerate(rows):
        if (len(rows) - 1 - place) % every == 0:
            label = words.short_period(row.period_code)
            drawn += svg_document.text(sheet.x(place), sheet.bottom + 22, label, 12, text_anchor="middle")
    return drawn + svg_document.path(f"M{LEFT:.1f} {sheet.bottom:.1f}H{sheet.right:.1f}", svg_document.EDGE, 1)


def _breaks(sheet: _Sheet, rows: Sequence[Progress], breaks: Mapping[str, str]) -> str:
    drawn, level = Markup(""), 0
    for place, row in enumerate(rows):
        label = breaks.get(row.period_code)
        if label is None:
            continue
        x = sheet.x(place) - sheet.step / 2
        y = 12 + 15 * (level % 2)
        drawn += svg_document.path(
            f"M{x:.1f} {y + 4:.1f}V{sheet.bottom:.1f}", svg_document.MUTED, 1.2, stroke_dasharray="2 3"
        )
        is_late = x > (LEFT + sheet.right) / 2
        drawn += svg_document.text(
            x, y, label, 11.5, text_anchor="end" if is_late else "start", fill=svg_document.MUTED
        )
        level += 1
    return drawn


def _milestones(sheet: _Sheet, rows: Sequence[Progress], words: Words) -> str:
    half = min(sheet.step * 0.42, 28)
    d = "".join(
        f"M{sheet.x(place) - half:.1f} {sheet.y(row.path_pct):.1f}h{2 * half:.1f}"
        for place, row in enumerate(rows)
        if row.path_pct is not None
    )
    if not d:
        return Markup("")
    last = next(row for row in reversed(rows) if row.path_pct is not None)
    drawn = svg_document.path(d, svg_document.MUTED, 1.8, stroke_dasharray="1.5 3")
    if last.path_pct != last.threshold_pct:
        label = words("ranking.path", path=words.percent(last.path_pct))
        drawn += svg_document.text(
            sheet.right + 8, sheet.y(last.path_pct or 0) + 4.5, label, 12, fill=svg_document.MUTED
        )
    return drawn


def _line(sheet: _Sheet, rows: Sequence[Progress]) -> str:
    d = ""
    for place, (before, row) in enumerate(pairwise(rows), start=1):
        if before.value_pct is not None and row.value_pct is not None and not starts_anew(row):
            d += f"M{sheet.x(place - 1):.1f} {sheet.y(before.value_pct):.1f}"
            d += f"L{sheet.x(place):.1f} {sheet.y(row.value_pct):.1f}"
    return svg_document.path(d, ACCENT, 2.5) if d else Markup("")


def _point(sheet: _Sheet, place: int, row: Progress, words: Words) -> str:
    x = sheet.x(place)
    if row.value_pct is None:
        y = sheet.bottom - 12
        return svg_document.status_box(row.status, x - 10, y - 9, 20, 18) + sign(
            row.status, x, y, svg_document.ink_of(row.status)
        )
    y = sheet.y(row.value_pct)
    drawn = svg_document.circle(x, y, RADIUS, svg_document.fill_of(row.status), stroke=INK)
    drawn += sign(row.status, x, y, svg_document.ink_of(row.status))
    is_high = y < TOP + 24
    return drawn + svg_document.on_lines(x, y + 24 if is_high else y - 15, value_text(row, words), 12.5)
