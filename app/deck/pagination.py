"""Pagination of tables on slides."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import ceil
from typing import TypeVar

from app.deck.model import Cell, cell_text

Item = TypeVar("Item")

# On a slide 720 units high with letters of 24: lines of a table's rows, and characters of a line of full width.
TABLE_LINES = 16.5
LINE_LETTERS = 84
# The height of a row in addition to its lines.
ROW_GAP = 0.35
# Pages are filled equally to this many lines.
STEP_LINES = 0.5
LISTED_NAMES = 14


def paginate(
    rows: Sequence[tuple[Cell, ...]], widths: Sequence[int], page_lines: float = TABLE_LINES
) -> list[tuple[tuple[Cell, ...], ...]]:
    """Return rows in pages of so many lines, none of them empty; a row's height is estimated from its longest cell."""
    pages: list[list[tuple[Cell, ...]]] = []
    room = 0.0
    for row in rows:
        height = max(_lines(cell_text(cell), width) for cell, width in zip(row, widths, strict=True))
        needed = height + ROW_GAP
        if needed > room:
            pages.append([])
            room = page_lines
        pages[-1].append(row)
        room -= needed
    return [tuple(page) for page in pages]


def paginate_evenly(rows: Sequence[tuple[Cell, ...]], widths: Sequence[int]) -> list[tuple[tuple[Cell, ...], ...]]:
    """Return rows in as few pages as `paginate`, as equally filled as the order of the rows allows."""
    pages = paginate(rows, widths)
    page_lines = TABLE_LINES - STEP_LINES
    while page_lines > 0 and len(fuller := paginate(rows, widths, page_lines)) == len(pages):
        pages, page_lines = fuller, page_lines - STEP_LINES
    return pages


def even_pages(items: Sequence[Item], most: int) -> list[tuple[Item, ...]]:
    """Return items in as few pages of at most so many as possible, equally filled; none of no items."""
    count = ceil(len(items) / most)
    ends = [len(items) * number // count for number in range(count + 1)] if count else []
    return [tuple(items[start:end]) for start, end in pairwise(ends)]


def _lines(text: str, width: int) -> int:
    """Return the lines of a text in a column of a width in percent."""
    return sum(ceil(len(line) / (LINE_LETTERS * width / 100)) for line in text.splitlines())
