"""Chapters of the quarterly report, one per area: its communes, the state of their reports, their figures; where
communes are under the city directly, an annex of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from app.analysis import progress_summary
from app.analysis.lateness import late_text
from app.analysis.reporting import RECEIVED
from app.core.grouping import by_cell, group_by
from app.core.i18n import words
from app.core.page_context import Context
from app.exports.letters.letter import Cell, Letter
from app.exports.letters.quarterly_tables import figure_cell, grid_columns
from app.records import Progress, Unit
from app.records.reporters import ReporterState

UNIT_SHARE = 15


def area_chapters(
    letter: Letter,
    context: Context,
    areas: Sequence[Unit],
    rows: Sequence[Progress],
    reporters: Sequence[ReporterState],
) -> None:
    """Write a chapter for each of `areas`, in their order; `rows` are the figures of areas and communes."""
    communes = group_by(context.reporters, lambda unit: unit.parent_code)
    cells = by_cell(rows)
    by_unit = group_by(rows, lambda row: row.unit_code)
    states = {reporter.reporter_code: reporter for reporter in reporters}
    for area in areas:
        units = communes.get(area.unit_code, [])
        letter.heading(words.of(area, "name"), level=2)
        letter.lead_in(_summary(by_unit.get(area.unit_code, ()), units, states))
        _units_table(letter, context, [area, *units], cells)


def communes_annex(letter: Letter, context: Context, rows: Sequence[Progress]) -> None:
    """Write the figures of the communes under the city as rows, a table for each type; nothing without any."""
    cells = by_cell(rows)
    if not context.reporters or not rows:
        return
    letter.annex(words("quarterly.annex"), words("quarterly.annex_title"), words("quarterly.annex_note"))
    for kind, units in group_by(context.reporters, lambda unit: unit.unit_type).items():
        letter.heading(words.first(f"unit_types.{kind}", "unit_types.other"), level=2)
        _units_table(letter, context, units, cells, first_is_whole=False)


def _summary(rows: Sequence[Progress], units: Sequence[Unit], states: Mapping[str, ReporterState]) -> str:
    """Return the results of an area from its own `rows`, and the state of the reports of its `units`."""
    own = progress_summary.unit_summary(rows)
    targets = words("headline.targets", count=own.judged_count)
    sent = [states[unit.unit_code] for unit in units if unit.unit_code in states]
    texts = [
        words("quarterly.area_targets", good=own.good_count, of=own.judged_count, late=late_text(own.late, targets))
        if own.judged_count
        else words("quarterly.area_unjudged"),
        words("quarterly.area_reports", received=sum(state.state in RECEIVED for state in sent), expected=len(units)),
    ]
    names = group_by(sent, lambda state: state.state)
    texts += [
        words(f"quarterly.named_{state}", names=", ".join(words.of(name, "name") for name in names[state]))
        for state in ("late", "missing", "rejected")
        if state in names
    ]
    return " ".join(texts)


def _units_table(
    letter: Letter,
    context: Context,
    units: Sequence[Unit],
    cells: Mapping[tuple[str, str], Progress],
    *,
    first_is_whole: bool = True,
) -> None:
    """Write units as rows; the first one is in bold where it holds the others, whose targets are the columns."""
    parts = units[1:] if first_is_whole else units
    targets = [
        target for code, target in context.targets.items() if any((code, unit.unit_code) in cells for unit in parts)
    ]
    if not targets:
        return
    lines = [
        (
            Cell(words.of(unit, "short_name"), is_bold=first_is_whole and unit is units[0]),
            *(figure_cell(cells.get((target.target_code, unit.unit_code))) for target in targets),
        )
        for unit in units
    ]
    names = [f"{target.target_code} {words.of(target, 'short_name')}" for target in targets]
    letter.grid(grid_columns(words("quarterly.head_district"), names, UNIT_SHARE), lines, is_kept=first_is_whole)
