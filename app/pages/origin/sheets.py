"""What a figure is made of as tables of raw values, for files."""

from __future__ import annotations

from collections.abc import Sequence

from app.core.i18n import Words
from app.core.sheet import Column, Sheet
from app.pages.shared.origin_tables import taking_part
from app.records.origin import Contribution, Input, Term


def parts_sheet(title: str, rows: Sequence[Contribution], words: Words) -> Sheet:
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
    lines = tuple(
        (
            row.unit_code,
            words.of(row, "name"),
            row.reporter_code,
            row.numerator,
            row.denominator,
            row.reported_count,
            row.expected_count,
            taking_part(row, words),
        )
        for row in rows
    )
    return Sheet(title, columns, lines)


def inputs_sheet(title: str, rows: Sequence[Input], terms: Sequence[Term], words: Words) -> Sheet:
    """One row per number of a form that was added up: column, sheet, quarter, and why it counts."""
    named = {term.measure_code: term for term in terms}
    columns = (
        Column(words("origin.cell")),
        Column(words("origin.sheet")),
        Column(words("origin.term")),
        Column(words("origin.source_period")),
        Column(words("origin.number"), "amount"),
        Column(words("origin.rule")),
    )
    lines = tuple(
        (
            words.of(named[row.measure_code], "header"),
            named[row.measure_code].sheet_name,
            words(f"origin.{row.term}"),
            row.source_period_code,
            row.input_value,
            words(f"window_rule.{row.window_rule}"),
        )
        for row in rows
    )
    return Sheet(title, columns, lines)
