"""Cells of the pivot page as text."""

from __future__ import annotations

from math import nan

from app.analysis.pivot_question import CHANGE_PREVIOUS, CHANGE_YEAR, SHARE_COLUMN, SHARE_ROW
from app.core.i18n import words
from app.core.small_counts import disclosed
from app.records.pivot import Cell, Question

# Beside a number of which a part is not known.
PARTIAL = "*"
# Where nothing can be expected.
ABSENT = "–"


class Figure(float):
    """Number with its text: a table shows the text and sorts by the number."""

    __slots__ = ("text",)
    text: str

    def __new__(cls, value: float | None, text: str) -> Figure:
        """Return the number as it is disclosed; without a value it is not a number."""
        shown = super().__new__(cls, nan if value is None else disclosed(value))
        shown.text = text
        return shown


def cell_text(cell: Cell | None, value: float | None, shown: str, question: Question) -> str:
    """Return what a cell shows: the number, marked if a part of it is not known, or why there is none."""
    if cell is None:
        return ABSENT
    if value is None:
        return _why_none(cell, shown)
    if shown in (CHANGE_PREVIOUS, CHANGE_YEAR):
        text = words.change(value)
    elif shown in (SHARE_ROW, SHARE_COLUMN) or question.is_ratio:
        text = f"{words.percent(value)} %"
    else:
        text = words.number(value)
    return f"{text} {PARTIAL}" if cell.is_partial else text


def _why_none(cell: Cell, shown: str) -> str:
    if shown in (CHANGE_PREVIOUS, CHANGE_YEAR) and cell.value is not None:
        return "≠"
    if not cell.part_count:
        return words("explore.reason_not_applicable")
    reason = cell.reason
    return words(f"explore.reason_{reason}") if reason else words("explore.reason_no_cases")


def reasons_text(cell: Cell) -> str:
    """Return why parts of a cell are not known, each with how many; empty where all are known."""
    return words.listed(
        [
            words("explore.pivot_reason_count", reason=words(f"explore.reason_{name}"), count=count)
            for name, count in cell.reasons
        ]
    )


def cell_sentence(cell: Cell | None, question: Question) -> str:
    """Return a cell as a sentence: the number, what it is a ratio of, and how much of it is known."""
    if cell is None:
        return words("explore.pivot_no_part")
    value = cell_text(cell, cell.value, "value", question)
    counts = {"known": words.number(cell.known_count), "all": words.number(cell.part_count)}
    if cell.denominator is not None and cell.numerator is not None:
        parts = {"numerator": words.number(cell.numerator), "denominator": words.number(cell.denominator)}
        value = words("explore.pivot_ratio_of", value=value, **parts)
    known = words("explore.pivot_known", **counts)
    reasons = reasons_text(cell)
    return f"{value}. {known}{f': {reasons}' if reasons else ''}."
