"""Reports on their way into the figures: links to forms, problems, changed cells, receipts, progress of the build."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence

from markupsafe import Markup

from app.core import access, formatting
from app.core.grouping import group_by
from app.core.i18n import words
from app.core.page_context import NOTHING, Context
from app.core.url_state import in_plan
from app.queries import report_form
from app.records import Revision
from app.records.ward import WHOLE
from app.ui.cards import folded, pairs
from app.ui.page_header import link_to
from app.ui.tables import Column, table, table_of
from app.ui.templates import render
from warehouse.intake import FAILED, RUNNING, WAITING, BuildState, CellChange, Problem, Submission


def form_address(unit: str, period: str, lang: str) -> str:
    """Return the address of a unit's empty form for a quarter."""
    return in_plan(f"/intake/template?unit={unit}&period={period}&lang={lang}")


def all_forms_address(period: str, lang: str) -> str:
    """Return the address of the empty forms of everyone who reports for a quarter, in one zip."""
    return in_plan(f"/intake/templates?period={period}&lang={lang}")


def original_address(submission: int, lang: str) -> str:
    """Return the address of a report as it was received."""
    return in_plan(f"/intake/original?submission={submission}&lang={lang}")


def report_form_link(context: Context, unit: str) -> Markup:
    """Render the link to a unit's form of the chosen quarter; empty where it fills in none, or the viewer may not."""
    state = context.state
    if state.is_file or not access.may_fill(context.viewer, unit):
        return NOTHING
    if unit not in report_form.fillers(context.reader, state.period):
        return NOTHING
    return link_to(state.href("report", unit=unit), words("report_form.way_fill"))


SHOWN_PROBLEMS = 30


def problem_tables(problems: Sequence[Problem], caption: str, *, level: int = 3) -> Markup:
    """Render the problems grouped by sheet in the order they were found; beyond the first thirty they are folded.

    `level` is that of the headings that name the sheets.
    """
    by_sheet = [member for members in group_by(problems, lambda problem: problem.sheet).values() for member in members]
    html = _problem_tables(by_sheet[:SHOWN_PROBLEMS], caption, level)
    rest = by_sheet[SHOWN_PROBLEMS:]
    if rest:
        html += folded(words("check.more_problems", count=len(rest)), _problem_tables(rest, caption, level))
    return html


def _problem_tables(problems: Sequence[Problem], caption: str, level: int) -> Markup:
    reason = Markup("{}<span class='note'>{}</span>")
    columns: list[Column[Problem]] = [
        Column("check.cell", lambda problem: problem.cell or words("check.no_cell")),
        Column(
            "check.value",
            lambda problem: Markup("<q>{}</q>").format(problem.value) if problem.value else words("check.no_value"),
        ),
        Column("check.what", lambda problem: reason.format(problem.what(words.lang), problem.expected(words.lang))),
        Column("check.mend", _mend),
    ]
    html = NOTHING
    for sheet, on_sheet in group_by(problems, lambda problem: problem.sheet_title(words.lang)).items():
        name = sheet or words("check.whole_file")
        html += _sheet_heading(name, level) + table_of("problems", columns, on_sheet, f"{caption}: {name}")
    return html


def _mend(problem: Problem) -> Markup:
    """Render how to fix a problem, with the forms of the units whose report it should be instead."""
    period = problem.params.get("period", "")
    forms = problem.units() if period else []
    return render("pages/shared/mend.html", problem=problem, period=period, forms=forms, form_address=form_address)


SHOWN_CHANGES = 30


def changes_of_revisions(rows: Iterable[Revision], names: Mapping[str, str]) -> tuple[CellChange, ...]:
    """Return changes known to the published figures, in the form of those of the registry; `names` are those of
    `registry.form_names`."""
    return tuple(
        CellChange(
            form_code=row.form_code,
            sheet=names.get(row.form_code, row.form_code),
            unit_code=row.unit_code,
            unit_name=words.of(row, "unit_name") or row.unit_code,
            category_code=None if row.category_code == WHOLE else row.category_code,
            category_name=names.get(f"{row.form_code} {row.category_code}"),
            column_code=row.measure_code,
            column_name_vi=row.measure_vi,
            column_name_en=row.measure_en,
            before=words.answer(row.old_answer) or row.old_value,
            after=words.answer(row.new_answer) or row.new_value,
            is_sensitive=row.is_sensitive,
        )
        for row in rows
    )


def change_tables(changes: Sequence[CellChange], caption: str, *, level: int = 3) -> Markup:
    """Render the sums by measure, then every cell before and after, grouped by sheet; long lists are folded.

    `level` is that of the headings that name the sheets.
    """
    ordered = sorted(changes, key=lambda change: change.form_code)
    html = sums_table(ordered) + _cell_tables(ordered[:SHOWN_CHANGES], caption, level)
    rest = ordered[SHOWN_CHANGES:]
    if rest:
        html += folded(words("changes_in.more", count=len(rest)), _cell_tables(rest, caption, level))
    return html


def sums_table(changes: Sequence[CellChange]) -> Markup:
    """Render how much each counted measure moves over all its changed cells; empty where no number moves."""
    by_measure = group_by(sorted(changes, key=_measure), _measure)
    lines = [line for cells in by_measure.values() if (line := _sum_line(cells))]
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


def _cell_tables(changes: Sequence[CellChange], caption: str, level: int) -> Markup:
    bold = Markup("<b>{}</b>")
    columns: list[Column[CellChange]] = [
        Column("changes_in.unit", _row_name),
        Column("changes_in.measure", lambda change: change.column_name(words.lang)),
        Column("changes_in.before", lambda change: _value_text(change, change.before), "n"),
        Column("changes_in.after", lambda change: bold.format(_value_text(change, change.after)), "n"),
    ]
    html = NOTHING
    for sheet, on_sheet in group_by(changes, lambda change: change.sheet_title(words.lang)).items():
        html += _sheet_heading(sheet, level) + table_of("changes", columns, on_sheet, f"{caption}: {sheet}")
    return html


def _sheet_heading(name: str, level: int) -> Markup:
    return Markup("<h{0} class='of-sheet'>{1}</h{0}>").format(level, name)


def _row_name(change: CellChange) -> str:
    return " · ".join(name for name in (change.unit_name, change.category_name or change.category_code) if name)


def _measure(change: CellChange) -> tuple[str, str]:
    return change.form_code, change.column_code


def _sum_line(cells: Sequence[CellChange]) -> tuple[str, ...] | None:
    before = _sum(cell.before for cell in cells)
    after = _sum(cell.after for cell in cells)
    if before is None and after is None:
        return None
    difference = (after or 0.0) - (before or 0.0)
    return (
        f"{cells[0].form_code} · {cells[0].column_name(words.lang)}",
        words.number(len(cells)),
        _number_text(before),
        _number_text(after),
        ("+" if difference > 0 else "") + _number_text(difference),
    )


def _sum(values: Iterable[object]) -> float | None:
    """Return the sum of the numbers among `values`; None, not zero, where there is none."""
    numbers = [number for value in values if (number := _number(value)) is not None]
    return sum(numbers) if numbers else None


def _number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    return float(value)


def _number_text(value: float | None) -> str:
    return words.number(value, 0 if value is None or float(value).is_integer() else 1)


def _value_text(change: CellChange, value: object) -> str:
    """Return the value of a cell in the reader's style; a text for an empty one."""
    if value is None:
        return words("changes_in.empty")
    if isinstance(value, dt.date):
        return formatting.date(value)
    number = _number(value)
    return str(change.said(value, words.lang)) if number is None else _number_text(number)


def receipt_lines(row: Submission, state: str, whose: str = "") -> Markup:
    """Render number, version, moment, sender and state of a report; `whose` it is where nothing else states that."""
    return pairs(
        [
            (words("receipt.number"), str(row.submission_id)),
            *([(words("check.reporter"), whose)] if whose else []),
            (words("receipt.version"), str(row.version or formatting.MISSING)),
            (words("receipt.at"), formatting.moment(row.received_at)),
            (words("submit.by"), row.submitted_by or formatting.MISSING),
            (words("reports.state"), state),
        ]
    )


BUSY = (WAITING, RUNNING)


def build_strip_place(version: str) -> Markup:
    """Render the place of the strip; the page's script requests the progress and fills it. `version` is the one
    shown."""
    return Markup("<aside class='building' data-build='{}' role='status' hidden></aside>").format(version)


def build_strip(state: BuildState, step_name: str) -> Markup:
    """Render the progress of the recalculation; empty unless one is in progress or has failed."""
    if state.state not in (*BUSY, FAILED):
        return NOTHING
    why = " ".join(state.reasons(words.lang))
    return render(
        "pages/shared/build_progress.html",
        state=state,
        step_name=step_name,
        failure=words("building.failed", why=why).strip(),
    )


def part_heading(title: str) -> Markup:
    """Render the heading of a part of a card."""
    return Markup("<h4 class='part'>{}</h4>").format(title)
