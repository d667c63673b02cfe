"""What a target counts, part by part, as a document: one set of bars a breakdown."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from app.charts.palette import ACCENT
from app.charts.svg import paper
from app.charts.svg.letters import width
from app.charts.svg.paper import MARGIN, Caption
from app.facts.target import BreakdownPart
from app.words import Words

WIDE, NAME_WIDTH, AMOUNT_WIDTH = 1000.0, 270.0, 190.0
ROW, BAR, HEAD = 27.0, 16.0, 30.0
LEFT = MARGIN + NAME_WIDTH
TRACK = WIDE - LEFT - AMOUNT_WIDTH - MARGIN


def breakdown_chart(caption: Caption, parts: Sequence[BreakdownPart], words: Words) -> str:
    """Largest part first; parts that nobody reported, or that may not be seen, say so and have no bar."""
    body, y, story = "", 0.0, list[str]()
    for _, members in groupby(parts, key=lambda part: part.breakdown_code):
        ordered = sorted(members, key=lambda part: -1.0 if part.value_count is None else part.value_count, reverse=True)
        title = words.of(ordered[0], "title")
        body += paper.text(MARGIN, y + 20, title, 14.5, font_weight="600")
        story.append(title)
        y += HEAD
        longest = max(part.value_count or 0.0 for part in ordered)
        for part in ordered:
            body += _line(part, y, longest, words)
            story.append(f"{words.of(part, 'category')}: {_amount(part, words)}")
            y += ROW
        y += 12
    return paper.document(caption, body, (WIDE, y), story)


def _line(part: BreakdownPart, y: float, longest: float, words: Words) -> str:
    middle, name = y + ROW / 2, words.of(part, "category")
    size = min(paper.TEXT_PX, paper.TEXT_PX * (NAME_WIDTH - 12) / width(name, paper.TEXT_PX))
    drawn = paper.text(LEFT - 10, middle + 4.8, name, size, text_anchor="end")
    if part.value_count is None:
        return drawn + paper.text(LEFT + 4, middle + 4.6, _amount(part, words), 12.5, fill=paper.MUTED)
    long = TRACK * part.value_count / longest if longest else 0.0
    drawn += paper.box(LEFT, middle - BAR / 2, max(long, 0.5), BAR, fill=ACCENT)
    return drawn + paper.text(LEFT + long + 8, middle + 4.8, _amount(part, words), font_weight="600")


def _amount(part: BreakdownPart, words: Words) -> str:
    if part.value_count is None:
        return words("breakdown.hidden" if part.is_hidden else "breakdown.missing")
    count = f"{words.number(part.value_count)} {words.of(part, 'unit')}"
    return count if part.share_pct is None else f"{count} ({words.percent(part.share_pct)}%)"
