"""Cells of the pivot page as text."""

from __future__ import annotations

from math import nan

from app.analysis.pivot_question import CHANGE_PREVIOUS, CHANGE_YEAR, SHARE_COLUMN, SHARE_ROW
from app.core.i18n import Words
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


def cell_text(cell: Cell | None, value: float | None, shown: str, question: Question, say: Words) -> str:
    """Return what a cell shows: the number, marked if a part of it is not known, or why there is none."""
    if cell is None:
        return ABSENT
    if value is None:
        return _why_none(cell, shown, say)
    if shown in (CHANGE_PREVIOUS, CHANGE_YEAR):
        text = say.change(value)
    elif shown in (SHARE_ROW, SHARE_COLUMN) or question.is_ratio:
        text = f"{say.percent(value)} %"
    else:
        text = say.number(value)
    return f"{text} {PARTIAL}" if cell.is_partial else text


def _why_none(cell: Cell, shown: str, say: Words) -> str:
    if shown in (CHANGE_PREVIOUS, CHANGE_YEAR) and cell.value is not None:
        return "≠"
    if not cell.part_count:
        return say("explore.reason_not_applicable")
    reason = cell.reason
    return say(f"explore.reason_{reason}") if reason else say("explore.reason_no_cases")


def reasons_text(cell: Cell, say: Words) -> str:
    """Return why parts of a cell are not known, each with how many; empty where all are known."""
    return say.listed(
        [
            say("explore.pivot_reason_count", reason=say(f"explore.reason_{name}"), count=count)
            for name, count in cell.reasons
        ]
    )


def cell_sentence(cell: Cell | None, question: Question, say: Words) -> str:
    """Return a cell as a sentence: the number, what it is a ratio of, and how much of it is known."""
    if cell is None:
        return say("explore.pivot_no_part")
    value = cell_text(cell, cell.value, "value", question, say)
    counts = {"known": say.number(cell.known_count), "all": say.number(cell.part_count)}
    if cell.denominator is not None and cell.numerator is not None:
        parts = {"numerator": say.number(cell.numerator), "denominator": say.number(cell.denominator)}
        value = say("explore.pivot_ratio_of", value=value, **parts)
    known = say("explore.pivot_known", **counts)
    reasons = reasons_text(cell, say)
    return f"{value}. {known}{f': {reasons}' if reasons else ''}."
