"""Opening a file: its kind, its safety, its cells, and whether they can be accepted."""

import io
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from warehouse.forms.formats import archive, csv_zip, ods, ooxml, xls
from warehouse.forms.formats.beside import BesideText, texts_beside
from warehouse.forms.formats.book import (
    CSV,
    ODS,
    XLS,
    XLSM,
    XLSX,
    Book,
    Place,
    Sheet,
    Signs,
    UnreadableFileError,
    is_far,
    refuse,
)
from warehouse.forms.formats.names import MAX_SHEET_NAME, has_hidden
from warehouse.forms.problems import REMARK, Problem, cell_name

MAX_FILE_BYTES = 10_000_000
MAX_SHEETS = 60
# Forms allow 500 characters; longer texts than this are not read at all.
MAX_CELL_TEXT = 2_000
# Part of the native parser's message when it got no memory for a cell.
_NO_MEMORY = "pointer is null"


def read_bounded(path: Path, limit: int = MAX_FILE_BYTES) -> bytes:
    """Return a file's content, or enough of it to detect that it is too large. Raises OSError."""
    with path.open("rb") as file:
        return file.read(limit + 1)


def open_book(data: bytes) -> Book:
    """Return the sheets of a file, or why it cannot be read.

    Raises for no content, but MemoryError if memory runs out.
    """
    opened = _Opened()
    try:
        sheets = _open(data, opened)
    except UnreadableFileError as error:
        return Book(opened.kind, problems=(error.problem,))
    return replace(judged_book(opened.kind, sheets, opened.remarks), beside=tuple(opened.beside))


def judged_book(kind: str | None, sheets: list[Sheet], remarks: Iterable[Problem] = ()) -> Book:
    """Return a file's sheets with the problems of their names and texts, or why they cannot be accepted at all."""
    try:
        if not sheets:
            raise refuse("file_not_workbook")
        _check_sheet_names(sheets)
    except UnreadableFileError as error:
        return Book(kind, problems=(error.problem,))
    if overlong := _overlong_texts(sheets):
        # No further checks of these texts: each would take long.
        return Book(kind, problems=tuple(overlong))
    return Book(kind, tuple(sheets), tuple(_cell_problems(sheets)), tuple(remarks))


def read_book(data: bytes) -> Book:
    """Return the sheets of an accepted file: the same cells as from `open_book`, without its checks."""
    try:
        if data.startswith(archive.ZIP_SIGNATURES):
            parts = archive.unpack(data)
            sheets = csv_zip.read(parts) if csv_zip.is_csv_zip(parts) else _parse(_clean(parts))
        else:
            sheets = _parse(data)
    except UnreadableFileError as error:
        return Book(problems=(error.problem,))
    return Book(sheets=tuple(sheets))


def is_parser_panic(error: BaseException) -> bool:
    """Return whether the native parser gave up on malformed content, which it reports with its own BaseException."""
    return type(error).__name__ == "PanicException"


@dataclass
class _Opened:
    """Results so far, kept even if the file is refused later."""

    kind: str | None = None
    remarks: list[Problem] = field(default_factory=list)
    beside: list[BesideText] = field(default_factory=list)


def _open(data: bytes, opened: _Opened) -> list[Sheet]:
    if not data:
        raise refuse("file_empty")
    if len(data) > MAX_FILE_BYTES:
        raise refuse("file_too_large", limit=str(MAX_FILE_BYTES // 1_000_000))
    if data.startswith(xls.OLE_SIGNATURE):
        return _open_xls(data, opened)
    if data.startswith(archive.ZIP_SIGNATURES):
        return _open_archive(data, opened)
    raise refuse("file_kind_unread")


def _open_xls(data: bytes, opened: _Opened) -> list[Sheet]:
    stream, has_macros, properties = xls.workbook_stream(data)
    opened.kind = XLS
    signs = xls.check_records(stream)
    opened.beside = [*properties, *xls.texts_beside(stream)]
    if has_macros:
        opened.remarks.append(_macros_ignored())
    return [_with_signs(sheet, signs) for sheet in _parse(data)]


def _open_archive(data: bytes, opened: _Opened) -> list[Sheet]:
    parts = _unpack(data)
    if "xl/workbook.xml" in parts:
        parts = ooxml.in_small_letters(parts)
        opened.kind = XLSM if ooxml.has_macros(parts) else XLSX
        if opened.kind == XLSM:
            opened.remarks.append(_macros_ignored())
        signs = ooxml.check_parts(parts)
        opened.beside = texts_beside(parts, ooxml.sheet_names(parts))
        return [_with_signs(sheet, signs) for sheet in _parse(_clean(parts))]
    if ods.is_ods(parts):
        opened.kind = ODS
        signs = ods.check_parts(parts)
        opened.beside = texts_beside(parts, {})
        if ods.has_macros(parts):
            opened.remarks.append(_macros_ignored())
        return [_with_signs(sheet, signs) for sheet in _parse(_clean(parts))]
    if csv_zip.is_csv_zip(parts):
        opened.kind = CSV
        return csv_zip.read(parts)
    nested = any(content.startswith((*archive.ZIP_SIGNATURES, xls.OLE_SIGNATURE)) for content in parts.values())
    raise refuse("archive_nested" if nested else "file_kind_unread")


def _unpack(data: bytes) -> dict[str, bytes]:
    """Return the archive's parts. Raises UnreadableFileError, which names the largest sheet if they are too large."""
    try:
        return archive.unpack(data)
    except UnreadableFileError as error:
        if error.problem.rule_code != "file_too_large_unpacked":
            raise
        raise UnreadableFileError(replace(error.problem, sheet=_largest_sheet(data))) from error


def _largest_sheet(data: bytes) -> str | None:
    """Return the name of the largest sheet, as far as an archive shows before it is unpacked."""
    part, naming = archive.largest_part(data, ooxml.NAMING_PARTS)
    name = csv_zip.sheet_of(part) or (ooxml.sheet_names(naming).get(part.lower()) if naming else None)
    return name[:MAX_SHEET_NAME] if name and not has_hidden(name) else None


def _clean(parts: dict[str, bytes]) -> bytes:
    return archive.repack({name: content for name, content in parts.items() if not name.endswith((".bin", ".png"))})


def _macros_ignored() -> Problem:
    return Problem("file_has_macros", severity=REMARK)


def _with_signs(sheet: Sheet, signs: dict[str, Signs]) -> Sheet:
    """Add the signs of a sheet's container; merged cells come from there for OpenDocument only."""
    own = signs.get(sheet.name, Signs())
    return replace(
        sheet,
        merged=sheet.merged or tuple(own.merged),
        errors=own.errors,
        uncomputed=tuple(own.uncomputed),
        percents=frozenset(own.percents),
        hidden_rows=frozenset(own.hidden_rows),
        hidden_columns=frozenset(own.hidden_columns),
    )


def _parse(data: bytes) -> list[Sheet]:
    """Return every worksheet's cells; chart and macro sheets hold no figures of a form."""
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(data)) as book:
            listed = [sheet for sheet in book.sheets_metadata if sheet.typ == SheetTypeEnum.WorkSheet]
            if len(listed) > MAX_SHEETS:
                raise refuse("too_many_sheets", limit=str(MAX_SHEETS))
            return [_sheet(book, sheet.name, sheet.visible != SheetVisibleEnum.Visible) for sheet in listed]
    except (CalamineError, ValueError, OverflowError, OSError) as error:
        raise refuse("file_not_workbook") from error
    except BaseException as error:
        if not is_parser_panic(error):
            raise
        if _NO_MEMORY in str(error):
            raise MemoryError from error
        raise refuse("file_not_workbook") from error


def _sheet(book: CalamineWorkbook, name: str, is_hidden: bool) -> Sheet:
    worksheet = book.get_sheet_by_name(name)
    if worksheet.end and is_far(*worksheet.end):
        raise refuse("sheet_too_large", name[:MAX_SHEET_NAME])
    merged = tuple((*first, *last) for first, last in worksheet.merged_cell_ranges or ())
    return Sheet(name, worksheet.to_python(skip_empty_area=False), is_hidden, merged)


def _check_sheet_names(sheets: list[Sheet]) -> None:
    names_seen: set[str] = set()
    for number, sheet in enumerate(sheets, start=1):
        if not sheet.name.strip() or len(sheet.name) > MAX_SHEET_NAME or has_hidden(sheet.name):
            raise refuse("sheet_name_odd", number=str(number), limit=str(MAX_SHEET_NAME))
        key = unicodedata.normalize("NFC", sheet.name).strip().casefold()
        if key in names_seen:
            raise refuse("sheet_twice", sheet.name)
        names_seen.add(key)


def _overlong_texts(sheets: list[Sheet]) -> list[Problem]:
    params = {"limit": str(MAX_CELL_TEXT)}
    return [
        Problem("cell_text_endless", sheet.name, cell_name(*place), params=params)
        for sheet in sheets
        for place, text in _texts(sheet)
        if len(text) > MAX_CELL_TEXT
    ]


def _cell_problems(sheets: list[Sheet]) -> list[Problem]:
    problems = [
        Problem("cell_error", sheet.name, cell_name(*place), shown or None)
        for sheet in sheets
        for place, shown in sheet.errors.items()
    ]
    return problems + [
        Problem("cell_hidden_signs", sheet.name, cell_name(*place))
        for sheet in sheets
        for place, text in _texts(sheet)
        if has_hidden(text)
    ]


def _texts(sheet: Sheet) -> Iterator[tuple[Place, str]]:
    for row, cells in enumerate(sheet.grid):
        for column, raw in enumerate(cells):
            if raw and isinstance(raw, str):
                yield (row, column), raw
