"""Figures as a file: with each, which part of the year it covers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from app.core.page_context import Context
from app.core.sheet import Sheet, progress_sheet
from app.queries.year_parts import year_parts
from app.records import Cell, Progress, Unit
from app.records.target import Recalculated
from app.ui.year_part_text import year_part_text


def figure_sheet(
    context: Context, title: str, rows: Sequence[Progress], units: Mapping[str, Unit], past: Sequence[Recalculated] = ()
) -> Sheet:
    """One row per figure of the chosen window and any quarters, then `past`, recalculated figures before a unit
    began."""
    words = context.words
    quarters = {row.period_code for row in rows}
    parts = {quarter: year_parts(context.reader, quarter, context.state.window) for quarter in quarters}

    def covered(row: Progress) -> str | None:
        part = parts[row.period_code].get(Cell(row.target_code, row.unit_code))
        return year_part_text(part, words) if part and row.value_pct is not None else None

    return progress_sheet(title, rows, context.targets, units, words, covered, past)
