"""The reader of quarterly workbooks: whole, with every reason against one, or quickly from the landing zone."""

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from warehouse.forms.formats import open_book, read_book
from warehouse.forms.layout import SheetLayout, WorkbookLayout, cover_sheet_name, sheet_layout, workbook_layout
from warehouse.forms.privacy.workbook_signs import personal_signs, without_personal_names
from warehouse.forms.problems import CONFIRM, Problem, Unreadable, finish, finish_remarks, quote
from warehouse.forms.reading.cover import Cover, read_cover
from warehouse.forms.reading.rows import RowIdentity
from warehouse.forms.reading.sheet import CheckedSheet, TypedRow, read_trusted
from warehouse.forms.reading.sheets import FoundSheets, find_sheets, other_sheet_problems
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


@dataclass(frozen=True)
class Whose:
    """A reporter's code and a quarter."""

    reporter_code: str
    period_code: str


class LandedUnreadableError(Exception):
    """An accepted original cannot be read with today's seeds; the message names the file and what is unknown."""


def read_report(data: bytes, reference: Reference, received_on: date) -> Reading:
    """Read and check a workbook's bytes as received on a day. Never raises for any content."""
    book = open_book(data)
    kind = book.kind or ""
    if not book.sheets:
        return Reading(problems=finish(without_personal_names(book.problems)), kind=kind)
    found = find_sheets(book.sheets, reference)
    if found.cover:
        cover = read_cover(found.cover, reference, received_on)
    else:
        cover = Cover(problems=[Problem("sheet_missing", cover_sheet_name())])
    problems = [
        *personal_signs(book.sheets, reference),
        *without_personal_names(book.problems),
        *found.problems,
        *cover.problems,
    ]
    layout = None
    if cover.reporter and cover.period:
        layout = workbook_layout(reference, cover.reporter, cover.period.period_code)
    sheets = _read_sheets(found, layout, reference, cover)
    problems += [problem for sheet in sheets for problem in sheet.problems]
    problems += _missing_sheets(found, layout)
    problems += other_sheet_problems(found, reference, layout)
    rows = {sheet.layout.form.form_code: sheet.rows for sheet in sheets}
    if not problems and not any(rows.values()):
        problems.append(Problem("report_empty"))
    remarks = [
        *book.remarks,
        *cover.remarks,
        *_titles_differ(cover, sheets),
        *(remark for sheet in sheets for remark in sheet.remarks),
    ]
    return Reading(
        cover.reporter,
        cover.period,
        cover.is_sample,
        rows,
        finish(problems),
        finish_remarks(remarks, problems),
        sheet_names={sheet.layout.form.form_code: sheet.sheet.name for sheet in sheets},
        positions={sheet.layout.form.form_code: sheet.positions for sheet in sheets},
        head_rows={sheet.layout.form.form_code: sheet.head_row for sheet in sheets},
        form_version=cover.form_version,
        kind=kind,
    )


def whose_report(data: bytes, reference: Reference) -> Whose | None:
    """Whose report a workbook says that it is; None where it cannot be told. Nothing else of it is looked at."""
    found = find_sheets(open_book(data).sheets, reference)
    cover = read_cover(found.cover, reference, None) if found.cover else Cover()
    if cover.reporter is None or cover.period is None:
        return None
    return Whose(cover.reporter.unit_code, cover.period.period_code)


def read_landed(path: Path, reference: Reference | None = None) -> dict[str, list[TypedRow]]:
    """Typed rows of an accepted original by form code, columns as `layout.raw_columns` after `submission_id`.

    A wholly blank row gives none; an empty cell is None. Raises LandedUnreadableError.
    """
    reference = reference or load_reference()
    found = find_sheets(read_book(path.read_bytes()).sheets, reference)
    if found.cover is None:
        raise LandedUnreadableError(f"{path.name}: no sheet {cover_sheet_name()}")
    try:
        cover = read_cover(found.cover, reference, None)
        if not (cover.reporter and cover.period):
            raise LandedUnreadableError(f"{path.name}: reporter or quarter is not in the seeds")
        layout = workbook_layout(reference, cover.reporter, cover.period.period_code)
        return {
            sheet.form.form_code: read_trusted(
                found.forms[sheet.form.form_code], sheet, reference, RowIdentity(reference, layout, sheet)
            )
            for sheet in layout.sheets
            if sheet.form.form_code in found.forms
        }
    except Unreadable as error:
        raise LandedUnreadableError(f"{path.name}: {error}") from error


def _read_sheets(
    found: FoundSheets, book: WorkbookLayout | None, reference: Reference, cover: Cover
) -> list[CheckedSheet]:
    """The reporter's sheets, read; while the reporter is unknown, those of any form, for their cells' sake."""
    sheets = []
    for layout in book.sheets if book else _all_layouts(reference):
        sheet = found.forms.get(layout.form.form_code)
        if sheet:
            identity = RowIdentity(reference, book, layout) if book else None
            sheets.append(CheckedSheet(sheet, layout, reference, cover.period, identity, cover.is_older).read())
    return sheets


def _titles_differ(cover: Cover, sheets: list[CheckedSheet]) -> list[Problem]:
    """A question when titles name another quarter than the cover does; a title that names several may name its own."""
    if cover.period is None or cover.period_place is None:
        return []
    code, place = cover.period.period_code, cover.period_place
    titles = [(place.sheet, cover.title_quarters), *((sheet.name, sheet.title_quarters) for sheet in sheets)]
    by_quarter: dict[str, list[str]] = {}
    for name, said in titles:
        for other, cell in said.items() if code not in said else ():
            by_quarter.setdefault(other, []).append(f"{name}!{cell}")
    if not by_quarter:
        return []
    told = "; ".join(f"{other} ({', '.join(cells)})" for other, cells in by_quarter.items())
    params = {"period": code, "said": told}
    return [Problem("titles_differ", place.sheet, place.cell, quote(place.raw), params, CONFIRM)]


def _all_layouts(reference: Reference) -> list[SheetLayout]:
    return [sheet_layout(reference, form, (), None) for form in reference.forms.values()]


def _missing_sheets(found: FoundSheets, book: WorkbookLayout | None) -> list[Problem]:
    forms = [layout.form for layout in book.sheets] if book else []
    return [Problem("sheet_missing", form.sheet_name) for form in forms if form.form_code not in found.forms]
