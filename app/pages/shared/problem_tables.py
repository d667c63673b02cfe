"""HTML of what is wrong in a workbook, sheet by sheet: which cell, what stands there, why not, how to mend it."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from app.core.grouping import group_by
from app.core.i18n import Words
from app.core.page_context import NOTHING
from app.pages.shared.empty_forms import form_address
from app.ui.cards import folded
from app.ui.tables import Column, table_of
from app.ui.templates import render
from warehouse.intake import Problem

SHOWN_ROWS = 30


def problem_tables(problems: Sequence[Problem], words: Words, caption: str) -> Markup:
    """The problems grouped by sheet in the order they were found; beyond the first thirty they are folded."""
    by_sheet = [one for members in group_by(problems, lambda problem: problem.sheet).values() for one in members]
    drawn = _tables(by_sheet[:SHOWN_ROWS], words, caption)
    rest = by_sheet[SHOWN_ROWS:]
    if rest:
        drawn += folded(words("check.more_problems", count=len(rest)), _tables(rest, words, caption))
    return drawn


def _tables(problems: Sequence[Problem], words: Words, caption: str) -> Markup:
    reason = Markup("{}<span class='note'>{}</span>")
    columns: list[Column[Problem]] = [
        Column("check.cell", lambda one: one.cell or words("check.no_cell")),
        Column(
            "check.value",
            lambda one: Markup("<q>{}</q>").format(one.value) if one.value else words("check.no_value"),
        ),
        Column("check.what", lambda one: reason.format(one.what(words.lang), one.expected(words.lang))),
        Column("check.mend", lambda one: _mend(one, words)),
    ]
    drawn = NOTHING
    for sheet, on_sheet in group_by(problems, lambda problem: problem.sheet_title(words.lang)).items():
        name = sheet or words("check.whole_file")
        drawn += Markup("<h4>{}</h4>").format(name) + table_of(
            "problems", columns, on_sheet, f"{caption}: {name}", words
        )
    return drawn


def _mend(problem: Problem, words: Words) -> Markup:
    """How to mend it, with the forms of the units whose report it should be instead."""
    period = problem.params.get("period", "")
    forms = problem.units() if period else []
    return render(
        "pages/shared/mend.html", problem=problem, period=period, forms=forms, form_address=form_address, words=words
    )
