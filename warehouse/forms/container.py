"""Is this file a workbook that can be opened safely? Looks at the container before any parser sees the cells."""

import io
import re
import zipfile
import zlib
from xml.etree import ElementTree

from python_calamine import CalamineError, CalamineWorkbook

from warehouse.forms.problems import Problem

MAX_FILE_BYTES = 10_000_000
MAX_UNPACKED_BYTES = 60_000_000
MAX_PARTS = 300
_OLE_SIGNATURE = b"\xd0\xcf\x11\xe0"

# A parser lays a sheet out as a full rectangle, so one cell far out would take all memory. The widest form has
# some twenty columns and a few hundred rows; AZ9999 is far beyond.
_FAR_CELL = re.compile(rb"""\sr=["'](?:[A-Z]{3,}\d+|[B-Z][A-Z]\d+|[A-Z]+\d{5,})["']""")
_ERROR_CELL = re.compile(rb"""<c\s[^>]*?\br=["']([A-Z]+\d+)["'][^>]*?\bt=["']e["']""")
_SHEET_PART = re.compile(r"^xl/worksheets/[^/]+\.xml$")
# Pictures, comments and embedded files can carry personal data that no check of cells would see.
_ATTACHMENT = re.compile(
    r"^xl/(media|embeddings|comments\d*\.xml|comments|threadedComments|activeX|ctrlProps)(/|$)|\.bin$"
)
_HARMLESS_BINARY = "xl/printerSettings/"


def check_container(data: bytes) -> list[Problem]:
    """Reasons why `data` is not a workbook to be read; empty when it may be opened."""
    if not data:
        return [Problem("file_empty")]
    if len(data) > MAX_FILE_BYTES:
        return [Problem("file_too_large", params={"limit": str(MAX_FILE_BYTES // 1_000_000)})]
    if data.startswith(_OLE_SIGNATURE):
        return [Problem("file_old_or_locked")]
    try:
        parts = _unpack(data)
    except _TooBigError:
        return [Problem("file_too_large_unpacked", params={"limit": str(MAX_UNPACKED_BYTES // 1_000_000)})]
    return _check_parts(parts) if "xl/workbook.xml" in parts else [Problem("file_not_workbook")]


def open_workbook(data: bytes) -> CalamineWorkbook | None:
    """The workbook, or None when the parser cannot make sense of it."""
    try:
        return CalamineWorkbook.from_filelike(io.BytesIO(data))
    except CalamineError:
        return None
    except BaseException as error:
        if not is_parser_panic(error):
            raise
        return None


def is_parser_panic(error: BaseException) -> bool:
    """Whether the native parser gave up on malformed content; it says so with its own BaseException."""
    return type(error).__name__ == "PanicException"


class _TooBigError(Exception):
    pass


def _unpack(data: bytes) -> dict[str, bytes]:
    """Every part's content, within a budget that holds whatever sizes the archive claims; empty when unreadable."""
    try:
        return _read_parts(data)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError, RuntimeError):
        # Everything zipfile raises for damaged, encrypted or unusually packed archives.
        return {}


def _read_parts(data: bytes) -> dict[str, bytes]:
    parts: dict[str, bytes] = {}
    budget = MAX_UNPACKED_BYTES
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        if len(archive.infolist()) > MAX_PARTS:
            raise _TooBigError
        for info in archive.infolist():
            with archive.open(info) as part:
                content = part.read(budget + 1)
            budget -= len(content)
            if budget < 0:
                raise _TooBigError
            parts[info.filename] = content
    return parts


def _check_parts(parts: dict[str, bytes]) -> list[Problem]:
    problems = []
    if "xl/vbaProject.bin" in parts:
        problems.append(Problem("file_has_macros"))
    elif any(_ATTACHMENT.search(name) and not name.startswith(_HARMLESS_BINARY) for name in parts):
        problems.append(Problem("file_has_attachments"))
    sheet_names: dict[str, str] | None = None
    for name, content in parts.items():
        if not _SHEET_PART.match(name):
            continue
        far = _FAR_CELL.search(content)
        if far:
            problems.append(Problem("sheet_too_large", sheet=_sheet_name(parts, name)))
        for match in _ERROR_CELL.finditer(content):
            sheet_names = sheet_names or {}
            sheet = sheet_names.setdefault(name, _sheet_name(parts, name) or "")
            problems.append(Problem("cell_error", sheet=sheet or None, cell=match.group(1).decode()))
    return problems


def _sheet_name(parts: dict[str, bytes], part: str) -> str | None:
    """The name that people see for a sheet's part; None when the workbook does not say."""
    main = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
    relation_id = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
    try:
        # Expat refuses entities that blow up since 2.4.1, which every supported Python bundles.
        relations = ElementTree.fromstring(parts.get("xl/_rels/workbook.xml.rels", b"<r/>"))  # noqa: S314
        book = ElementTree.fromstring(parts["xl/workbook.xml"])  # noqa: S314
    except ElementTree.ParseError:
        return None
    targets = {relation.get("Id"): relation.get("Target", "").removeprefix("/xl/") for relation in relations}
    for sheet in book.iter(f"{main}sheet"):
        if targets.get(sheet.get(relation_id)) == part.removeprefix("xl/"):
            return sheet.get("name")
    return None
