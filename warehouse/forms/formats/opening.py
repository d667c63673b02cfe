"""Opening a file: its kind, its safety, what its cells say, and whether they can be taken."""

import io
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from warehouse.forms.formats import archive, csv_zip, ods, ooxml, xls
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
# Forms allow 500 characters; what is longer than this is not read at all.
MAX_CELL_TEXT = 2_000
# What the native parser says when it got no memory for a cell.
_NO_MEMORY = "pointer is null"


def read_bounded(path: Path, limit: int = MAX_FILE_BYTES) -> bytes:
    """A file's content, or as much of it as is enough to see that it is too large. Raises OSError."""
    with path.open("rb") as file:
        return file.read(limit + 1)


def open_book(data: bytes) -> Book:
    """The sheets of a file, or why they cannot be read. Raises for no content, but MemoryError if memory runs out."""
    found = _Found()
    try:
        sheets = _open(data, found)
        if not sheets:
            raise refuse("file_not_workbook")
        _check_sheet_names(sheets)
        endless = _endless_texts(sheets)
    except UnreadableFileError as error:
        return Book(found.kind, problems=(error.problem,))
    if endless:
        # No further look at these: every check of them would take its time.
        return Book(found.kind, problems=tuple(endless))
    return Book(found.kind, tuple(sheets), tuple(_cell_problems(sheets)), tuple(found.remarks))


def read_book(data: bytes) -> Book:
    """The sheets of a file that was accepted before: the very cells that `open_book` gives, without its checks."""
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
    """Whether the native parser gave up on malformed content; it says so with its own BaseException."""
    return type(error).__name__ == "PanicException"


@dataclass
class _Found:
    """What was found out so far, also when the file is refused later."""

    kind: str | None = None
    remarks: list[Problem] = field(default_factory=list)


def _open(data: bytes, found: _Found) -> list[Sheet]:
    if not data:
        raise refuse("file_empty")
    if len(data) > MAX_FILE_BYTES:
        raise refuse("file_too_large", limit=str(MAX_FILE_BYTES // 1_000_000))
    if data.startswith(xls.OLE_SIGNATURE):
        return _open_xls(data, found)
    if data.startswith(archive.ZIP_SIGNATURES):
        return _open_archive(data, found)
    raise refuse("file_kind_unread")


def _open_xls(data: bytes, found: _Found) -> list[Sheet]:
    stream, has_macros = xls.workbook_stream(data)
    found.kind = XLS
    signs = xls.check_records(stream)
    if has_macros:
        found.remarks.append(_macros_ignored())
    return [_with_signs(sheet, signs) for sheet in _parse(data)]


def _open_archive(data: bytes, found: _Found) -> list[Sheet]:
    parts = _unpack(data)
    if "xl/workbook.xml" in parts:
        found.kind = XLSM if ooxml.has_macros(parts) else XLSX
        if found.kind == XLSM:
            found.remarks.append(_macros_ignored())
        signs = ooxml.check_parts(parts)
        return [_with_signs(sheet, signs) for sheet in _parse(_clean(parts))]
    if ods.is_ods(parts):
        found.kind = ODS
        signs = ods.check_parts(parts)
        if ods.has_macros(parts):
            found.remarks.append(_macros_ignored())
        return [_with_signs(sheet, signs) for sheet in _parse(_clean(parts))]
    if csv_zip.is_csv_zip(parts):
        found.kind = CSV
        return csv_zip.read(parts)
    nested = any(content.startswith((*archive.ZIP_SIGNATURES, xls.OLE_SIGNATURE)) for content in parts.values())
    raise refuse("archive_nested" if nested else "file_kind_unread")


def _unpack(data: bytes) -> dict[str, bytes]:
    """The archive's parts. Raises UnreadableFileError, which names the largest sheet when they are too large."""
    try:
        return archive.unpack(data)
    except UnreadableFileError as error:
        if error.problem.rule_code != "file_too_large_unpacked":
            raise
        raise UnreadableFileError(replace(error.problem, sheet=_largest_sheet(data))) from error


def _largest_sheet(data: bytes) -> str | None:
    """The sheet that takes the most room, as far as an archive tells before it is unpacked."""
    part, naming = archive.largest_part(data, ooxml.NAMING_PARTS)
    name = csv_zip.sheet_of(part) or (ooxml.sheet_names(naming).get(part) if naming else None)
    return name[:MAX_SHEET_NAME] if name and not has_hidden(name) else None


def _clean(parts: dict[str, bytes]) -> bytes:
    return archive.repack({name: content for name, content in parts.items() if not name.endswith((".bin", ".png"))})


def _macros_ignored() -> Problem:
    return Problem("file_has_macros", severity=REMARK)


def _with_signs(sheet: Sheet, signs: dict[str, Signs]) -> Sheet:
    """The sheet with what the look at its container told; only OpenDocument's joined cells come from there."""
    found = signs.get(sheet.name, Signs())
    return replace(
        sheet,
        merged=sheet.merged or tuple(found.merged),
        errors=tuple(found.errors),
        uncomputed=tuple(found.uncomputed),
        hidden_rows=frozenset(found.hidden_rows),
        hidden_columns=frozenset(found.hidden_columns),
    )


def _parse(data: bytes) -> list[Sheet]:
    """Every worksheet's cells; chart and macro sheets hold no figures of a form."""
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
    found = book.get_sheet_by_name(name)
    if found.end and is_far(*found.end):
        raise refuse("sheet_too_large", name[:MAX_SHEET_NAME])
    merged = tuple((*first, *last) for first, last in found.merged_cell_ranges or ())
    return Sheet(name, found.to_python(skip_empty_area=False), is_hidden, merged)


def _check_sheet_names(sheets: list[Sheet]) -> None:
    seen: set[str] = set()
    for number, sheet in enumerate(sheets, start=1):
        if not sheet.name.strip() or len(sheet.name) > MAX_SHEET_NAME or has_hidden(sheet.name):
            raise refuse("sheet_name_odd", number=str(number), limit=str(MAX_SHEET_NAME))
        key = unicodedata.normalize("NFC", sheet.name).strip().casefold()
        if key in seen:
            raise refuse("sheet_twice", sheet.name)
        seen.add(key)


def _endless_texts(sheets: list[Sheet]) -> list[Problem]:
    params = {"limit": str(MAX_CELL_TEXT)}
    return [
        Problem("cell_text_endless", sheet.name, cell_name(*place), params=params)
        for sheet in sheets
        for place, text in _texts(sheet)
        if len(text) > MAX_CELL_TEXT
    ]


def _cell_problems(sheets: list[Sheet]) -> list[Problem]:
    problems = [Problem("cell_error", sheet.name, cell_name(*place)) for sheet in sheets for place in sheet.errors]
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
