"""Reporter by quarter as a document: what became of each report by now, as sign, word and colour."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from markupsafe import Markup

from app.analysis.report_state import Key, Live, state_now, version_now
from app.core.i18n import Words
from app.figures.calendar.html import Fates
from app.figures.calendar.report_status import LEGEND, in_words
from app.figures.drawing import svg_document
from app.figures.drawing.status_icons import REACH, sign
from app.figures.drawing.svg_document import MARGIN, Caption
from app.figures.drawing.text_metrics import width
from app.records import Unit
from app.records.reporters import ReporterPeriod

NAME_WIDTH, CELL_WIDTH, CELL_HEIGHT, GAP, HEAD_HEIGHT = 210.0, 124.0, 26.0, 2.0, 40.0
NAME_PX, WORD_PX = 13.0, 12.5


def calendar_chart(
    caption: Caption, reporters: Sequence[Unit], quarters: Sequence[str], fates: Fates, words: Words
) -> str:
    """Reporters as rows, quarters as columns; closed quarters say so under their name."""
    wide = 2 * MARGIN + NAME_WIDTH + len(quarters) * CELL_WIDTH
    body = Markup("").join(_head(code, place, fates, words) for place, code in enumerate(quarters))
    y = HEAD_HEIGHT
    for unit in reporters:
        body += _row(unit, quarters, fates, y, words)
        y += CELL_HEIGHT + GAP
    keys, high = _legend(y + 12, wide - 2 * MARGIN, words)
    return svg_document.document(caption, body + keys, (wide, high), _story(reporters, quarters, fates, words))


def _head(code: str, place: int, fates: Fates, words: Words) -> str:
    middle = MARGIN + NAME_WIDTH + place * CELL_WIDTH + (CELL_WIDTH - GAP) / 2
    drawn = svg_document.text(middle, 14, words.period(code), 12.5, text_anchor="middle", font_weight="600")
    if code in fates.locks:
        drawn += svg_document.text(
            middle, 31, words("calendar.locked"), 11.5, text_anchor="middle", fill=svg_document.MUTED
        )
    return drawn


def _row(unit: Unit, quarters: Sequence[str], fates: Fates, y: float, words: Words) -> str:
    name = words.of(unit, "name")
    size = min(NAME_PX, NAME_PX * (NAME_WIDTH - 12) / width(name, NAME_PX, is_bold=True))
    drawn = svg_document.text(MARGIN, y + CELL_HEIGHT / 2 + 4.6, name, size, font_weight="600")
    for place, code in enumerate(quarters):
        row = fates.rows.get((unit.unit_code, code))
        if row is not None:
            drawn += _cell(row, fates.live, MARGIN + NAME_WIDTH + place * CELL_WIDTH, y, words)
    return drawn


def _cell(row: ReporterPeriod, live: Mapping[Key, Live], left: float, top: float, words: Words) -> str:
    state, said = state_now(row, live), _said(row, live, words)
    whole = 2 * REACH[state] + 5 + width(said, WORD_PX)
    start, middle = left + (CELL_WIDTH - GAP - whole) / 2, top + CELL_HEIGHT / 2
    drawn = svg_document.status_box(state, left, top, CELL_WIDTH - GAP, CELL_HEIGHT)
    drawn += sign(state, start + REACH[state], middle, svg_document.ink_of(state))
    return drawn + svg_document.text(
        start + 2 * REACH[state] + 5, middle + 4.4, said, WORD_PX, fill=svg_document.ink_of(state)
    )


def _said(row: ReporterPeriod, live: Mapping[Key, Live], words: Words) -> str:
    version = version_now(row, live) or 0
    corrected = f" {words('calendar.short_version', version=version)}" if version > 1 else ""
    return in_words(row, live, words) + corrected


def _legend(y: float, room: float, words: Words) -> tuple[str, float]:
    drawn, x = Markup(""), MARGIN
    for state in LEGEND:
        name = words.status(state)
        wide = 34 + width(name, svg_document.SMALL_PX) + 16
        if x > MARGIN and x + wide > MARGIN + room:
            x, y = MARGIN, y + 24
        drawn += svg_document.status_box(state, x, y, 28, 17) + sign(state, x + 14, y + 8.5, svg_document.ink_of(state))
        drawn += svg_document.text(x + 34, y + 13, name, svg_document.SMALL_PX)
        x += wide
    drawn += svg_document.text(MARGIN, y + 37, words("calendar.version_legend"), svg_document.SMALL_PX)
    return drawn, y + 56


def _story(reporters: Sequence[Unit], quarters: Sequence[str], fates: Fates, words: Words) -> list[str]:
    """One line a reporter: what became of each quarter's report."""
    lines = []
    for unit in reporters:
        cells = [(code, fates.rows.get((unit.unit_code, code))) for code in quarters]
        said = "; ".join(f"{words.period(code)} {_said(row, fates.live, words)}" for code, row in cells if row)
        lines.append(f"{words.of(unit, 'name')}: {said}")
    return lines
