"""Check that a report does not repeat, cell for cell, its reporter's accepted report of the quarter before."""

from collections.abc import Mapping, Sequence
from typing import Any

from warehouse.forms.problems import CONFIRM, Problem
from warehouse.forms.reading.reader import Reading
from warehouse.forms.reading.sheet import TypedRow
from warehouse.intake.changes import filled_cells
from warehouse.intake.records import History
from warehouse.reference import Reference

Rows = Mapping[str, Sequence[TypedRow]]


def repeated_report(reading: Reading, history: History, reference: Reference) -> Problem | None:
    """Return the confirmation for a report that repeats last quarter's wholly; `history` as in `check_report`.

    A report of nothing but zeros may well repeat itself.
    """
    if reading.period is None:
        return None
    code = reading.period.period_code
    previous = reference.period_before(code)
    before = dict(history).get(previous or "")
    if (
        previous is None
        or before is None
        or _content(before) != _content(reading.rows)
        or not _any_figure(reading.rows)
    ):
        return None
    count = filled_cells(reference, reading.rows)
    params = {"previous": previous, "period": code, "count": str(count)}
    return Problem("report_repeats", params=params, severity=CONFIRM)


def _content(rows: Rows) -> dict[str, set[tuple[Any, ...]]]:
    """Return a report's values, independent of the position of its rows on the sheets."""
    return {form: {row[1:] for row in form_rows} for form, form_rows in rows.items() if form_rows}


def _any_figure(rows: Rows) -> bool:
    return any(
        type(value) in (int, float) and value for form_rows in rows.values() for row in form_rows for value in row[1:]
    )
