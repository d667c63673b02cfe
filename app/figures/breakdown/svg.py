"""What a target counts, part by part, as a document: one set of bars a breakdown."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from markupsafe import Markup

from app.core.i18n import Words
from app.figures.drawing import svg_document
from app.figures.drawing.svg_document import MARGIN, Caption
from app.figures.drawing.text_metrics import width
from app.records.target import BreakdownPart
from app.ui.palette import ACCENT

WIDE, NAME_WIDTH, AMOUNT_WIDTH = 1000.0, 270.0, 190.0
ROW, BAR, HEAD = 27.0, 16.0, 30.0
LEFT = MARGIN + NAME_WIDTH
TRACK = WIDE - LEFT - AMOUNT_WIDTH - MARGIN


def breakdown_chart(caption: Caption, parts: Sequence[BreakdownPart], words: Words) -> str:
    """Largest part first; parts that nobody reported, or that may not be seen, say so and have no bar."""
    body, y, story = Markup(""), 0.0, list[str]()
    for _, members in groupby(parts, key=lambda part: part.breakdown_code):
        ordered = sorted(members, key=lambda part: -1.0 if part.value_count is None else part.value_count, reverse=True)
        title = words.of(ordered[0], "title")
        body += svg_document.text(MARGIN, y + 20, title, 14.5, font_weight="600")
        story.append(title)
        y += HEAD
        longest = max(part.value_count or 0.0 for part in ordered)
        for part in ordered:
            body += _line(part, y, longest, words)
            story.append(f"{words.of(part, 'category')}: {_amount(part, words)}")
            y += ROW
        y += 12
    return svg_document.document(caption, body, (WIDE, y), story)


def _line(part: BreakdownPart, y: float, longest: float, words: Words) -> str:
    middle, name = y + ROW / 2, words.of(part, "category")
    size = min(svg_document.TEXT_PX, svg_document.TEXT_PX * (NAME_WIDTH - 12) / width(name, svg_document.TEXT_PX))
    drawn = svg_document.text(LEFT - 10, middle + 4.8, name, size, text_anchor="end")
    if part.value_count is None:
        return drawn + svg_document.text(LEFT + 4, middle + 4.6, _amount(part, words), 12.5, fill=svg_document.MUTED)
    long = TRACK * part.value_count / longest if longest else 0.0
    drawn += svg_document.box(LEFT, middle - BAR / 2, max(long, 0.5), BAR, fill=ACCENT)
    return drawn + svg_document.text(LEFT + long + 8, middle + 4.8, _amount(part, words), font_weight="600")


def _amount(part: BreakdownPart, words: Words) -> str:
    if part.value_count is None:
        return words("breakdown.hidden" if part.is_hidden else "breakdown.missing")
    count = f"{words.number(part.value_count)} {words.of(part, 'unit')}"
    return count if part.share_pct is None else f"{count} ({words.percent(part.share_pct)}%)"
