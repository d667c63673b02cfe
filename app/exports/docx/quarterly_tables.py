"""Tables of the quarterly report: the city's targets, districts to support, and the grid as an annex."""

from __future__ import annotations

from collections.abc import Sequence

from app.analysis.calls import Call
from app.core import formatting
from app.core.grouping import by_cell, group_by
from app.core.i18n import Words
from app.core.page_context import Context
from app.core.status import in_order, sign_of
from app.exports.docx.letter import Cell, Letter
from app.queries import plan
from app.records import Progress, Unit
from app.records.reporters import ReporterState
from app.ui.call_text import reasons
from app.ui.change_text import change_in_brief
from app.ui.figure_text import threshold_text, value_text
from app.ui.palette import STATUS_FILL, STATUS_INK
from app.ui.status import report_words

CITY_WIDTHS_MM, SUPPORT_WIDTHS_MM = (53, 29, 16, 22, 20, 25), (10, 38, 90, 27)
TABLE_PT, GRID_PT, GRID_PADDING_MM = 10.5, 7.5, 0.4
NAME_MM = 32.0


def city_table(letter: Letter, context: Context, rows: Sequence[Progress]) -> None:
    """Write every target for the city: parts, value, threshold with its milestone, change, status."""
    words = context.words
    head = [words(f"quarterly.head_{name}") for name in ("target", "parts", "value", "limit", "change", "status")]
    lines = []
    for row in rows:
        target = context.targets[row.target_code]
        limit = threshold_text(target, words)
        if row.milestone_pct is not None and target.threshold_pct is not None:
            limit = words("memo.limit_path", threshold=limit, path=words.percent(row.milestone_pct))
        has_value = row.value_pct is not None
        parts = f"{words.number(row.numerator)}/{words.number(row.denominator)}" if has_value else formatting.MISSING
        lines.append(
            (
                Cell(f"{target.target_code} {words.of(target, 'short_name')}"),
                Cell(parts, align="right"),
                Cell(value_text(row, words), align="right", is_bold=True),
                Cell(limit, align="right"),
                Cell(change_in_brief(row, target, words) or formatting.MISSING, align="right"),
                Cell(f"{sign_of(row.shown_status)} {words.status(row.shown_status)}"),
            )
        )
    letter.table(CITY_WIDTHS_MM, head, lines, TABLE_PT)
    if any(row.stated_change and row.stated_change.points is None for row in rows):
        letter.note(f"{words('change.sign')} {words('change.because')}.")


def support_table(letter: Letter, context: Context, calls: Sequence[Call], reporters: Sequence[ReporterState]) -> bool:
    """Write the units to call with reasons, most urgent first, and the rule of that order; return False without any."""
    words = context.words
    if not calls:
        return False
    states = {reporter.reporter_code: reporter for reporter in reporters}
    lines = []
    for number, call in enumerate(calls, start=1):
        state = states.get(call.unit_code)
        report = report_words(state.state, state.days_late, words) if state else formatting.MISSING
        lines.append(
            (
                Cell(str(number), align="center"),
                Cell(context.unit_name(call.unit_code)),
                Cell("; ".join(reasons(call, context.targets, words))),
                Cell(report),
            )
        )
    heads = ("number", "district", "why", "report")
    letter.table(SUPPORT_WIDTHS_MM, [words(f"quarterly.head_{name}") for name in heads], lines, TABLE_PT)
    letter.note(words("calls.rule"))
    return True


def annexes(context: Context) -> list[tuple[str, list[Unit]]]:
    """Return the titles of the annexes and the units in each: all districts, or the areas of each region."""
    words = context.words
    title = words("quarterly.annex_title")
    if not context.has_areas:
        return [(title, list(context.districts))] if context.districts else []
    by_region = group_by(context.districts, lambda area: area.parent_code)
    return [
        (words("quarterly.annex_title_of", title=title, region=words.of(region, "name").upper()), areas)
        for region in plan.regions(context.reader, context.period.end_date)
        if (areas := by_region.get(region.unit_code))
    ]


def grid_annex(
    letter: Letter, context: Context, title: str, columns: Sequence[Unit], rows: Sequence[Progress]
) -> float:
    """Write units by target on landscape paper, each cell with its sign beside its figure.

    Return the text's width in mm.
    """
    words = context.words
    cells = by_cell(rows)
    room = letter.annex(words("quarterly.annex"), title, words("quarterly.annex_note"))
    units = [
        (context.city.unit_code, words("quarterly.city_short")),
        *((u.unit_code, words.of(u, "short_name")) for u in columns),
    ]
    each = (room - NAME_MM) / len(units)
    head = [words("grid.corner"), *(name for _, name in units)]
    lines = [
        (
            Cell(f"{code} {words.of(target, 'short_name')}"),
            *(figure_cell(cells.get((code, unit)), words) for unit, _ in units),
        )
        for code, target in context.targets.items()
    ]
    letter.table([NAME_MM, *[each] * len(units)], head, lines, GRID_PT, GRID_PADDING_MM)
    shown = in_order(row.shown_status for row in rows)
    key = " · ".join(f"{sign_of(status)} {words.status(status)}" for status in shown)
    letter.note(f"{words('legend.title')}: {key} · {words('quarterly.provisional_mark')}")
    return room


def figure_cell(row: Progress | None, words: Words) -> Cell:
    """Return a figure with its sign on its status's background; empty for a missing row."""
    if row is None:
        return Cell("")
    value = value_text(row, words) if row.value_pct is not None else ""
    mark = "°" if row.is_provisional and value else ""
    status = row.shown_status
    text = f"{sign_of(status)}\n{value}{mark}".strip()
    return Cell(text, STATUS_FILL.get(status, ""), STATUS_INK.get(status, ""), "center")
