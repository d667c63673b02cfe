"""Reads a quarterly workbook: whole, with every reason against it (at the door), or quickly (from the landing zone)."""

import unicodedata
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from warehouse.forms.cover import Cover, read_cover
from warehouse.forms.formats import Book, open_book, read_book
from warehouse.forms.layout import SheetLayout, WorkbookLayout, cover_sheet_name, sheet_layout, workbook_layout
from warehouse.forms.marks import is_marks_sheet
from warehouse.forms.personal import sign_in_cell
from warehouse.forms.problems import Problem, Unreadable, finish
from warehouse.forms.rows import RowIdentity
from warehouse.forms.sheet import CheckedSheet, Grid, TypedRow, read_trusted
from warehouse.reference import Period, Reference, Unit, load_reference


@dataclass(frozen=True)
class Reading:
    """What a workbook says. It may land only when `problems` is empty.

    `rows` go by form; `problems` refuse, `remarks` ask for a confirmation or only tell how something was understood.
    By form: `sheet_names` are the sheets as the reporter named them, `positions` their columns counted from 0,
    `head_rows` the rows of their headers counted from 1. `form_version` is the stamp on the cover, `kind` what the
    file really is (xlsx, xlsm, xls, ods, csv; "" for none).
    """

    reporter: Unit | None = None
    period: Period | None = None
    is_sample: bool = False
    rows: dict[str, list[TypedRow]] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    remarks: tuple[Problem, ...] = ()
    sheet_names: dict[str, str] = field(default_factory=dict)
    positions: dict[str, dict[str, int]] = field(default_factory=dict)
    head_rows: dict[str, int] = field(default_factory=dict)
    form_version: str | None = None
    kind: str = "xlsx"


class LandedUnreadableError(Exception):
    """An accepted original cannot be read with today's seeds; the message names the file and what is unknown."""


def read_report(data: bytes, reference: Reference, received_on: date) -> Reading:
    """Read and check a workbook's bytes as received on a day. Never raises for any content."""
    book = open_book(data)
    kind = book.kind or ""
    if not book.sheets:
        return Reading(problems=finish([*book.problems]), kind=kind)
    problems, grids = [*book.problems], _grids(book)
    if cover_sheet_name() in grids:
        cover = read_cover(grids[cover_sheet_name()], reference, received_on)
    else:
        cover = Cover(problems=[Problem("sheet_missing", cover_sheet_name())])
    problems += cover.problems
    book_layout = None
    if cover.reporter and cover.period:
        book_layout = workbook_layout(reference, cover.reporter, cover.period.period_code)
    rows: dict[str, list[TypedRow]] = {}
    names: dict[str, str] = {}
    positions: dict[str, dict[str, int]] = {}
    head_rows: dict[str, int] = {}
    for name, layout in _expected_sheets(reference, book_layout, grids).items():
        if name not in grids:
            problems.append(Problem("sheet_missing", name))
            continue
        identity = RowIdentity(reference, book_layout, layout) if book_layout else None
        sheet = CheckedSheet(grids[name], layout, reference, cover.period, identity).read()
        problems += sheet.problems
        form = layout.form.form_code
        rows[form], names[form], positions[form] = sheet.rows, name, sheet.positions
        head_rows[form] = sheet.head_row
    problems += _unknown_sheets(reference, book_layout, grids)
    if not problems and not any(rows.values()):
        problems.append(Problem("report_empty"))
    return Reading(
        cover.reporter,
        cover.period,
        cover.is_sample,
        rows,
        finish(problems),
        book.remarks,
        sheet_names=names,
        positions=positions,
        head_rows=head_rows,
        form_version=cover.form_version,
        kind=kind,
    )


def read_landed(path: Path, reference: Reference | None = None) -> dict[str, list[TypedRow]]:
    """Typed rows of an accepted original by form code, columns as `layout.raw_columns` after `submission_id`.

    A wholly blank row gives none; an empty cell is None. Raises LandedUnreadableError.
    """
    reference = reference or load_reference()
    grids = _grids(read_book(path.read_bytes()))
    if cover_sheet_name() not in grids:
        raise LandedUnreadableError(f"{path.name}: no sheet {cover_sheet_name()}")
    try:
        cover = read_cover(grids[cover_sheet_name()], reference, None)
        if not (cover.reporter and cover.period):
            raise LandedUnreadableError(f"{path.name}: reporter or quarter is not in the seeds")
        layout = workbook_layout(reference, cover.reporter, cover.period.period_code)
        return {
            sheet.form.form_code: read_trusted(
                grids[sheet.form.sheet_name], sheet, reference, RowIdentity(reference, layout, sheet)
            )
            for sheet in layout.sheets
            if sheet.form.sheet_name in grids
        }
    except Unreadable as error:
        raise LandedUnreadableError(f"{path.name}: {error}") from error


def _grids(book: Book) -> dict[str, Grid]:
    """Every sheet's cells by composed name."""
    return {unicodedata.normalize("NFC", sheet.name).strip(): sheet.grid for sheet in book.sheets}


def _expected_sheets(
    reference: Reference, book: WorkbookLayout | None, grids: dict[str, Grid]
) -> dict[str, SheetLayout]:
    """The reporter's sheets; while the reporter is unknown, those of any form that are there, for their cells' sake."""
    if book:
        return {sheet.form.sheet_name: sheet for sheet in book.sheets}
    return {
        form.sheet_name: sheet_layout(reference, form, ())
        for form in reference.forms.values()
        if form.sheet_name in grids
    }


def _unknown_sheets(reference: Reference, book: WorkbookLayout | None, grids: dict[str, Any]) -> list[Problem]:
    forms = {form.sheet_name for form in reference.forms.values()}
    expected = {sheet.form.sheet_name for sheet in book.sheets} if book else forms
    problems = []
    for name in grids:
        if name == cover_sheet_name() or name in expected or is_marks_sheet(name):
            continue
        kind = sign_in_cell(name)
        if kind:
            problems.append(Problem("personal_data_in_cell", params={"kind": kind}))
        else:
            problems.append(Problem("sheet_not_for_reporter" if name in forms else "sheet_unknown", name))
    return problems
