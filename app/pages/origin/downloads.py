"""Tables of the origin page as raw values: the units that add to a figure, the numbers of forms."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from app.core.i18n import words
from app.core.sheet import Field, Sheet, sheet_of
from app.pages.origin.data import FigureOrigin
from app.pages.origin.tables import taking_part
from app.records.origin import Contribution, Input, Term


def tables(origin: FigureOrigin) -> dict[str, Callable[[], Sheet]]:
    """Return the page's tables as files."""
    return {
        "parts": partial(parts_sheet, origin.contributions),
        "inputs": partial(inputs_sheet, origin.inputs, origin.terms),
    }


def parts_sheet(parts: Sequence[Contribution]) -> Sheet:
    """Return one row per counted unit: its part in numerator and denominator; empty where it has none or it is
    hidden."""
    fields: tuple[Field[Contribution], ...] = (
        Field("sheet.unit_code", lambda part: part.unit_code),
        Field("origin.unit", lambda part: words.of(part, "name")),
        Field("origin.reporter", lambda part: part.reporter_code),
        Field("figures.numerator", lambda part: part.numerator, "count"),
        Field("figures.denominator", lambda part: part.denominator, "count"),
        Field("origin.reported", lambda part: part.reported_count, "count", "origin.reported_meaning"),
        Field("origin.expected", lambda part: part.expected_count, "count", "origin.expected_meaning"),
        Field("origin.taking_part", taking_part),
    )
    return sheet_of(words("origin.parts"), fields, parts)


def inputs_sheet(inputs: Sequence[Input], terms: Sequence[Term]) -> Sheet:
    """Return one row per number of a form that was added up: column, sheet, quarter, and why it counts."""
    by_measure = {term.measure_code: term for term in terms}
    fields: tuple[Field[Input], ...] = (
        Field("origin.cell", lambda number: words.of(by_measure[number.measure_code], "header")),
        Field("origin.sheet", lambda number: by_measure[number.measure_code].sheet_name),
        Field("origin.term", lambda number: words(f"origin.{number.term}")),
        Field("origin.source_period", lambda number: number.source_period_code),
        Field("origin.number", lambda number: number.input_value, "amount"),
        Field("origin.rule", lambda number: words(f"window_rule.{number.window_rule}")),
    )
    return sheet_of(words("origin.inputs"), fields, inputs)
