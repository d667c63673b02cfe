"""HTML of what a report changes against the version that counts: cell by cell, and how much each measure moves."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence

from markupsafe import Markup

from app.core import formatting
from app.core.grouping import group_by
from app.core.i18n import Words
from app.core.page_context import NOTHING
from app.records import Revision
from app.ui.cards import folded
from app.ui.tables import Column, table, table_of
from warehouse.intake import CellChange

SHOWN_ROWS = 30
# The category of what is not divided.
TOTAL = "total"


def of_revisions(rows: Iterable[Revision], names: Mapping[str, str], words: Words) -> tuple[CellChange, ...]:
    """Changes that the published figures know of, in the form of those that the registry tells; `names` are those
    of forms and of categories by code."""
    return tuple(
        CellChange(
            form_code=row.form_code,
            sheet=names.get(row.form_code, row.form_code),
            unit_code=row.unit_code,
            unit_name=words.of(row, "unit_name") or row.unit_code,
            category_code=None if row.category_code == TOTAL else row.category_code,
            category_name=names.get(row.category_code or ""),
            column_code=row.measure_code,
            column_name_vi=row.measure_vi,
            column_name_en=row.measure_en,
            before=words.answer(row.old_answer) or row.old_value,
            after=words.answer(row.new_answer) or row.new_value,
            is_sensitive=row.is_sensitive,
        )
        for row in rows
    )


def change_tables(changes: Sequence[CellChange], words: Words, caption: str) -> Markup:
    """The sums by measure, then every cell before and after, grouped by sheet; long lists are folded."""
    ordered = sorted(changes, key=lambda change: change.form_code)
    drawn = sums_table(ordered, words) + _cell_tables(ordered[:SHOWN_ROWS], words, caption)
    rest = ordered[SHOWN_ROWS:]
    if rest:
        drawn += folded(words("changes_in.more", count=len(rest)), _cell_tables(rest, words, caption))
    return drawn


def sums_table(changes: Sequence[CellChange], words: Words) -> Markup:
    """How much each counted measure moves over all its changed cells; nothing where no number moves."""
    by_measure = group_by(sorted(changes, key=_measure), _measure)
    lines = [line for cells in by_measure.values() if (line := _sum_line(cells, words))]
    if not lines:
        return NOTHING
    heads = [
        (words("changes_in.measure"), ""),
        (words("changes_in.cells"), "n"),
        (words("changes_in.sum_before"), "n"),
        (words("changes_in.sum_after"), "n"),
        (words("changes_in.difference"), "n"),
    ]
    return table("sums", heads, lines, words("changes_in.sums"))


def _cell_tables(changes: Sequence[CellChange], words: Words, caption: str) -> Markup:
    bold = Markup("<b>{}</b>")
    columns: list[Column[CellChange]] = [
        Column("changes_in.unit", _row_name),
        Column("changes_in.measure", lambda change: change.column_name(words.lang)),
        Column("changes_in.before", lambda change: _value_text(change, change.before, words), "n"),
        Column("changes_in.after", lambda change: bold.format(_value_text(change, change.after, words)), "n"),
    ]
    drawn = NOTHING
    for sheet, on_sheet in group_by(changes, lambda change: change.sheet_title(words.lang)).items():
        drawn += Markup("<h4>{}</h4>").format(sheet) + table_of(
            "changes", columns, on_sheet, f"{caption}: {sheet}", words
        )
    return drawn


def _row_name(change: CellChange) -> str:
    return " · ".join(name for name in (change.unit_name, change.category_name or change.category_code) if name)


def _measure(change: CellChange) -> tuple[str, str]:
    return change.form_code, change.column_code


def _sum_line(cells: Sequence[CellChange], words: Words) -> tuple[str, ...] | None:
    before = _sum(cell.before for cell in cells)
    after = _sum(cell.after for cell in cells)
    if before is None and after is None:
        return None
    difference = (after or 0.0) - (before or 0.0)
    return (
        f"{cells[0].form_code} · {cells[0].column_name(words.lang)}",
        words.number(len(cells)),
        _number_text(before, words),
        _number_text(after, words),
        ("+" if difference > 0 else "") + _number_text(difference, words),
    )


def _sum(values: Iterable[object]) -> float | None:
    """The sum of the numbers among `values`; None, not zero, where there is none."""
    numbers = [number for value in values if (number := _number(value)) is not None]
    return sum(numbers) if numbers else None


def _number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    return float(value)


def _number_text(value: float | None, words: Words) -> str:
    return words.number(value, 0 if value is None or float(value).is_integer() else 1)


def _value_text(change: CellChange, value: object, words: Words) -> str:
    """What stands in a cell, in the reader's style; an empty one says so."""
    if value is None:
        return words("changes_in.empty")
    if isinstance(value, dt.date):
        return formatting.date(value)
    number = _number(value)
    return str(change.said(value, words.lang)) if number is None else _number_text(number, words)
