"""The reader of quarterly workbooks: complete with all problems, or fast for originals in the landing zone."""

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from warehouse.forms.formats import Book, open_book, read_book
from warehouse.forms.formats.book import PARQUET_SIGNATURE, UnreadableFileError
from warehouse.forms.layout import SheetLayout, WorkbookLayout, cover_sheet_name, sheet_layout, workbook_layout
from warehouse.forms.privacy.workbook_signs import personal_signs, personal_signs_beside, without_personal_names
from warehouse.forms.problems import (
    CONFIRM,
    LandedUnreadableError,
    Problem,
    finish,
    finish_remarks,
    quote,
)
from warehouse.forms.reading.cover import Cover, read_cover
from warehouse.forms.reading.rows import RowIdentity
from warehouse.forms.reading.sheet import CheckedSheet, TypedRow, read_trusted
from warehouse.forms.reading.sheets import MatchedSheets, match_sheets, other_sheet_problems
from warehouse.reference import Period, Reference, Unit, load_reference

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True)
class Reading:
    """Content of a workbook. It may land only if `problems` is empty.

    `rows` are by form; `problems` refuse, `remarks` need a confirmation or report how something was understood. By
    form: `sheet_names` are the sheets as the reporter named them, `positions` their columns counted from 0, `head_rows`
    the rows of their headers counted from 1. `form_version` is the stamp on the cover, `kind` the actual kind of the
    file (xlsx, xlsm, xls, ods, csv; "" for none).
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
class ReportKey:
    """A reporter's code and a quarter."""

    reporter_code: str
    period_code: str


def read_report(data: bytes, reference: Reference, received_on: date) -> Reading:
    """Read and check a workbook's bytes as received on a day. Never raises for any content."""
    return read_opened(open_book(data), reference, received_on)


def read_opened(book: Book, reference: Reference, received_on: date) -> Reading:
    """Read and check an opened file that was received on a day."""
    kind = book.kind or ""
    if not book.sheets:
        return Reading(problems=finish(without_personal_names(book.problems)), kind=kind)
    matched = match_sheets(book.sheets, reference)
    if matched.cover:
        cover = read_cover(matched.cover, reference, received_on)
    else:
        cover = Cover(problems=[Problem("sheet_missing", cover_sheet_name())])
    problems = [
        *personal_signs(book.sheets, reference),
        *without_personal_names(personal_signs_beside(book.beside, reference)),
        *without_personal_names(book.problems),
        *matched.problems,
        *cover.problems,
    ]
    layout = None
    if cover.reporter and cover.period:
        layout = workbook_layout(reference, cover.reporter, cover.period.period_code)
    sheets = _read_sheets(matched, layout, reference, cover)
    problems += [problem for sheet in sheets for problem in sheet.problems]
    problems += _missing_sheets(matched, layout)
    problems += other_sheet_problems(matched, reference, layout)
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


def read_report_key(data: bytes, reference: Reference) -> ReportKey | None:
    """Return reporter and quarter that a workbook states, without reading more; None if they cannot be determined."""
    return report_key(open_book(data), reference)


def report_key(book: Book, reference: Reference) -> ReportKey | None:
    """Return reporter and quarter that an opened file states; None if they cannot be determined."""
    matched = match_sheets(book.sheets, reference)
    cover = read_cover(matched.cover, reference, None) if matched.cover else Cover()
    if cover.reporter is None or cover.period is None:
        return None
    return ReportKey(cover.reporter.unit_code, cover.period.period_code)


def read_landed(path: Path, reference: Reference | None = None) -> dict[str, list[TypedRow]]:
    """Return typed rows of an accepted original by form code, columns as `layout.raw_columns` after `submission_id`.

    A wholly blank row is left out; an empty cell is None. Raises LandedUnreadableError.
    """
    reference = reference or load_reference()
    if is_columnar(path):
        return {form: _tuples(table) for form, table in read_landed_columns(path, reference).items()}
    matched = match_sheets(read_book(path.read_bytes()).sheets, reference)
    if matched.cover is None:
        raise LandedUnreadableError(f"{path.name}: no sheet {cover_sheet_name()}")
    cover = read_cover(matched.cover, reference, None)
    if not (cover.reporter and cover.period):
        raise LandedUnreadableError(f"{path.name}: reporter or quarter is not in the seeds")
    layout = workbook_layout(reference, cover.reporter, cover.period.period_code)
    return {
        sheet.form.form_code: read_trusted(
            matched.forms[sheet.form.form_code], sheet, reference, RowIdentity(reference, layout, sheet)
        )
        for sheet in layout.sheets
        if sheet.form.form_code in matched.forms
    }


def is_columnar(path: Path) -> bool:
    """Return whether a file is a report as columns (Parquet). Raises OSError."""
    with path.open("rb") as file:
        return file.read(len(PARQUET_SIGNATURE)) == PARQUET_SIGNATURE


def read_landed_columns(path: Path, reference: Reference) -> dict[str, "pa.Table"]:
    """Return what `read_landed` returns of a report as columns, as Arrow tables. Raises LandedUnreadableError."""
    # PyArrow takes 40 MB, which a process that only renders pages does without.
    from warehouse.forms.columnar import landed_columns  # noqa: PLC0415

    try:
        return landed_columns(path, reference)
    except LookupError as error:
        raise LandedUnreadableError(f"{path.name}: reporter or quarter is not in the seeds") from error
    except UnreadableFileError as error:
        raise LandedUnreadableError(f"{path.name}: {error.problem.what('en')}") from error


def _tuples(table: "pa.Table") -> list[TypedRow]:
    return list(zip(*(column.to_pylist() for column in table.columns), strict=True))


def _read_sheets(
    matched: MatchedSheets, book: WorkbookLayout | None, reference: Reference, cover: Cover
) -> list[CheckedSheet]:
    """Read the reporter's sheets; if the reporter is unknown, those of any form, to report problems of their cells."""
    sheets = []
    for layout in book.sheets if book else _all_layouts(reference):
        sheet = matched.forms.get(layout.form.form_code)
        if sheet:
            identity = RowIdentity(reference, book, layout) if book else None
            sheets.append(CheckedSheet(sheet, layout, reference, cover.period, identity, cover.is_older).read())
    return sheets


def _titles_differ(cover: Cover, sheets: list[CheckedSheet]) -> list[Problem]:
    """Return a confirmation if titles name another quarter than the cover, unless they name the cover's too."""
    if cover.period is None or cover.period_place is None:
        return []
    code, place = cover.period.period_code, cover.period_place
    titles = [(place.sheet, cover.title_quarters), *((sheet.name, sheet.title_quarters) for sheet in sheets)]
    by_quarter: dict[str, list[str]] = {}
    for name, quarters in titles:
        for other, cell in quarters.items() if code not in quarters else ():
            by_quarter.setdefault(other, []).append(f"{name}!{cell}")
    if not by_quarter:
        return []
    places = "; ".join(f"{other} ({', '.join(cells)})" for other, cells in by_quarter.items())
    params = {"period": code, "said": places}
    return [Problem("titles_differ", place.sheet, place.cell, quote(place.raw), params, CONFIRM)]


def _all_layouts(reference: Reference) -> list[SheetLayout]:
    return [sheet_layout(reference, form, (), None) for form in reference.forms.values()]


def _missing_sheets(matched: MatchedSheets, book: WorkbookLayout | None) -> list[Problem]:
    forms = [layout.form for layout in book.sheets] if book else []
    return [Problem("sheet_missing", form.sheet_name) for form in forms if form.form_code not in matched.forms]
