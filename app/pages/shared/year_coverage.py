"""Which part of the year figures cover: in a sentence, and as a column of figures as a file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from app.core.page_context import Context
from app.core.sheet import Sheet, progress_sheet
from app.queries.year_parts import year_parts
from app.records import Cell, Progress, Unit
from app.records.target import Recalculated
from app.ui.year_part_text import year_part_text, year_parts_text


def year_sentence(context: Context, rows: Iterable[Progress]) -> str:
    """Return which part of the year the figures of one unit in the chosen quarter cover; empty where all cover the year
    as always."""
    words = context.words
    parts = year_parts(context.reader, context.state.period, context.state.window)
    text = year_parts_text(rows, parts, context.targets, words)
    return f"{words('year_part.row', part=text)}." if text else ""


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
