"""What is wrong in a workbook, sheet by sheet: which cell, what stands there, why that does not do, how to mend it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from markupsafe import Markup, escape

from app.core.i18n import Words
from app.ui.cards import folded
from app.ui.tables import table
from warehouse.intake.records import Problem

SHOWN_ROWS = 30


def problem_tables(problems: Sequence[Problem], words: Words, caption: str) -> Markup:
    """The problems grouped by sheet in the order they were found; beyond the first thirty they are folded."""
    sheets = list(dict.fromkeys(problem.sheet for problem in problems))
    by_sheet = sorted(problems, key=lambda problem: sheets.index(problem.sheet))
    body, rest = _tables(by_sheet[:SHOWN_ROWS], words, caption), by_sheet[SHOWN_ROWS:]
    if rest:
        body += folded(words("check.more_problems", count=len(rest)), _tables(rest, words, caption))
    return body


def _tables(problems: Sequence[Problem], words: Words, caption: str) -> Markup:
    heads = [(words(f"check.{name}"), "") for name in ("cell", "value", "what", "mend")]
    drawn = Markup("")
    for sheet, members in groupby(problems, key=lambda problem: problem.sheet):
        name = sheet or words("check.whole_file")
        lines = [_line(problem, words) for problem in members]
        drawn += Markup(f"<h4>{escape(name)}</h4>") + table("problems", heads, lines, f"{caption}: {name}")
    return drawn


def _line(problem: Problem, words: Words) -> tuple[object, ...]:
    wrong = Markup(
        f"{escape(problem.what(words.lang))}<span class='note'>{escape(problem.expected(words.lang))}</span>"
    )
    value = Markup(f"<q>{escape(problem.value)}</q>") if problem.value else words("check.no_value")
    return problem.cell or words("check.no_cell"), value, wrong, problem.mend(words.lang)
