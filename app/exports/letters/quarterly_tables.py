"""Tables of the quarterly report: the city's targets, districts to support, and the grid as an annex."""

from __future__ import annotations

from collections.abc import Sequence

from app.analysis.calls import Call, call_rule
from app.core import formatting
from app.core.grouping import by_cell, group_by
from app.core.i18n import words
from app.core.page_context import Context
from app.core.status import in_order, sign_of
from app.exports.letters.letter import Cell, Column, Letter
from app.queries import plan
from app.records import Progress, Target, Unit
from app.records.reporters import ReporterState
from app.ui.call_text import reasons
from app.ui.change_text import change_in_brief
from app.ui.figure_text import threshold_text, value_text
from app.ui.palette import CELL_FILL, CELL_INK
from app.ui.status import report_words

# Share of the grid's width for its targets' names, in percent.
NAME_SHARE = 12


def city_table(letter: Letter, targets: dict[str, Target], rows: Sequence[Progress]) -> None:
    """Write every target for the city: parts, value, threshold with its milestone, change, status."""
    columns = (
        Column(words("quarterly.head_target"), 50),
        Column(words("quarterly.head_parts"), 25, "Number"),
        Column(words("quarterly.head_value"), 16, "Number"),
        Column(words("quarterly.head_limit"), 25, "Number"),
        Column(words("quarterly.head_change"), 20, "Number"),
        Column(words("quarterly.head_status"), 29),
    )
    lines = []
    for row in rows:
        target = targets[row.target_code]
        limit = threshold_text(target)
        if row.milestone_pct is not None and target.threshold_pct is not None:
            limit = words("memo.limit_path", threshold=limit, path=words.milestone(row.milestone_pct, row.value_pct))
        has_value = row.value_pct is not None
        parts = f"{words.number(row.numerator)}/{words.number(row.denominator)}" if has_value else formatting.MISSING
        lines.append(
            (
                f"{target.target_code} {words.of(target, 'short_name')}",
                parts,
                Cell(value_text(row), is_bold=True),
                limit,
                change_in_brief(row, target) or formatting.MISSING,
                f"{sign_of(row.shown_status)} {words.status(row.shown_status)}",
            )
        )
    letter.table(columns, lines)
    if any(row.stated_change and row.stated_change.points is None for row in rows):
        letter.note(f"{words('change.sign')} {words('change.because')}.")


def support_table(letter: Letter, context: Context, calls: Sequence[Call], reporters: Sequence[ReporterState]) -> bool:
    """Write the units to call with reasons, most urgent first, and the rule of that order; return False without any."""
    if not calls:
        return False
    states = {reporter.reporter_code: reporter for reporter in reporters}
    lines = []
    for number, call in enumerate(calls, start=1):
        state = states.get(call.unit_code)
        report = report_words(state.state, state.days_late) if state else formatting.MISSING
        why = "; ".join(reasons(call, context.targets))
        lines.append((str(number), context.unit_name(call.unit_code), why, report))
    columns = (
        Column(words("quarterly.head_number"), 9, "Centred"),
        Column(words("quarterly.head_district"), 36),
        Column(words("quarterly.head_why"), 95),
        Column(words("quarterly.head_report"), 25),
    )
    letter.table(columns, lines)
    letter.note(call_rule())
    return True


def annexes(context: Context) -> list[tuple[str, list[Unit]]]:
    """Return the titles of the annexes with the units in each: all districts, or the areas by region and the rest."""
    title = words("quarterly.annex_title")
    if not context.has_areas:
        return [(title, list(context.districts))] if context.districts else []
    by_region = group_by(context.districts, lambda area: area.parent_code)
    annexes = [
        (words("quarterly.annex_title_of", title=title, region=words.of(region, "name").upper()), areas)
        for region in plan.regions(context.reader, context.period.end_date)
        if (areas := by_region.get(region.unit_code))
    ]
    in_none = by_region.get(context.city.unit_code)
    return [*annexes, (title, in_none)] if in_none else annexes


def grid_annex(letter: Letter, context: Context, title: str, columns: Sequence[Unit], rows: Sequence[Progress]) -> None:
    """Write units by target on landscape paper, each cell with its sign beside its figure."""
    cells = by_cell(rows)
    letter.annex(words("quarterly.annex"), title, words("quarterly.annex_note"))
    units = [
        (context.city.unit_code, words("quarterly.city_short")),
        *((u.unit_code, words.of(u, "short_name")) for u in columns),
    ]
    lines: list[Sequence[str | Cell]] = [
        (
            f"{code} {words.of(target, 'short_name')}",
            *(figure_cell(cells.get((code, unit))) for unit, _ in units),
        )
        for code, target in context.targets.items()
    ]
    letter.grid(grid_columns(words("grid.corner"), [name for _, name in units], NAME_SHARE), lines)
    shown = in_order(row.shown_status for row in rows)
    key = " · ".join(f"{sign_of(status)} {words.status(status)}" for status in shown)
    letter.note(f"{words('legend.title')}: {key} · {words('quarterly.provisional_mark')}")


def grid_columns(first: str, others: Sequence[str], first_share: float) -> list[Column]:
    """Return a first column of `first_share` percent and others of equal widths."""
    share = (100 - first_share) / len(others)
    return [Column(first, first_share), *(Column(name, share, "Centred") for name in others)]


def figure_cell(row: Progress | None) -> Cell:
    """Return a figure with its sign on its status's background; empty for a missing row."""
    if row is None:
        return Cell("")
    value = value_text(row) if row.value_pct is not None else ""
    mark = "°" if row.is_provisional and value else ""
    status = row.shown_status
    text = f"{sign_of(status)}\n{value}{mark}".strip()
    return Cell(text, CELL_FILL.get(status, ""), CELL_INK.get(status, ""))
