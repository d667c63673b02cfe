"""Tables of the origin page as raw values: the units that add to a figure, the numbers of forms."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from app.core.i18n import Words
from app.core.sheet import Column, Sheet
from app.pages.origin.data import FigureOrigin
from app.pages.origin.tables import taking_part
from app.records.origin import Contribution, Input, Term


def tables(origin: FigureOrigin, words: Words) -> dict[str, Callable[[], Sheet]]:
    """The page's tables as files."""
    return {
        "parts": partial(parts_sheet, origin.contributions, words),
        "inputs": partial(inputs_sheet, origin.inputs, origin.terms, words),
    }


def parts_sheet(parts: Sequence[Contribution], words: Words) -> Sheet:
    """One row per counted unit: what it adds to numerator and denominator; empty where it adds nothing or is hidden."""
    columns = (
        Column(words("sheet.unit_code")),
        Column(words("origin.unit")),
        Column(words("origin.reporter")),
        Column(words("figures.numerator"), "count"),
        Column(words("figures.denominator"), "count"),
        Column(words("origin.reported"), "count", words("origin.reported_meaning")),
        Column(words("origin.expected"), "count", words("origin.expected_meaning")),
        Column(words("origin.taking_part")),
    )
    rows = tuple(
        (
            part.unit_code,
            words.of(part, "name"),
            part.reporter_code,
            part.numerator,
            part.denominator,
            part.reported_count,
            part.expected_count,
            taking_part(part, words),
        )
        for part in parts
    )
    return Sheet(words("origin.parts"), columns, rows)


def inputs_sheet(inputs: Sequence[Input], terms: Sequence[Term], words: Words) -> Sheet:
    """One row per number of a form that was added up: column, sheet, quarter, and why it counts."""
    terms_by_measure = {term.measure_code: term for term in terms}
    columns = (
        Column(words("origin.cell")),
        Column(words("origin.sheet")),
        Column(words("origin.term")),
        Column(words("origin.source_period")),
        Column(words("origin.number"), "amount"),
        Column(words("origin.rule")),
    )
    rows = tuple(
        (
            words.of(terms_by_measure[one.measure_code], "header"),
            terms_by_measure[one.measure_code].sheet_name,
            words(f"origin.{one.term}"),
            one.source_period_code,
            one.input_value,
            words(f"window_rule.{one.window_rule}"),
        )
        for one in inputs
    )
    return Sheet(words("origin.inputs"), columns, rows)
