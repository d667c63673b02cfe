"""Archives unpacked in memory, within budgets that hold whatever sizes they claim; nothing is written to disk."""

import io
import re
import struct
import unicodedata
import zipfile
import zlib

from warehouse.forms.formats.book import refuse
from warehouse.forms.formats.names import has_hidden

MAX_UNPACKED_BYTES = 60_000_000
MAX_PARTS = 300
MAX_PART_NAME = 240
# Sheets of figures compress about twentyfold; a large part with a higher ratio is a decompression bomb.
MAX_RATIO = 200
RATIO_FREE_BYTES = 10_000_000
# More than any workbook needs to list its sheets.
_NAMING_BYTES = 1_000_000
ZIP_SIGNATURES = (b"PK\x03\x04", b"PK\x05\x06")
IS_ENCRYPTED, _IS_UTF8 = 0x1, 0x800
_UNICODE_PATH = 0x7075
_UNSAFE_NAME = re.compile(r"^[/\\]|^[A-Za-z]:|\\|(^|/)\.\.(/|$)|//")
_DECLARATION = re.compile(rb"<!\s*(?:DOCTYPE|ENTITY|ELEMENT|ATTLIST)", re.IGNORECASE)
# Exceptions of zipfile for damaged or unusually packed archives.
DAMAGES = (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError, RuntimeError)


def unpack(data: bytes) -> dict[str, bytes]:
    """Return every part's content by name, without folders. Raises UnreadableFileError."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = _names(archive.infolist())
            return _read(archive, names, len(data))
    except DAMAGES as error:
        raise refuse("file_not_workbook") from error


def largest_part(data: bytes, beside: tuple[str, ...] = ()) -> tuple[str, dict[str, bytes]]:
    """Return the part that claims to be the largest, and the parts of `beside` that exist, cut at a limit.

    For messages about an archive that is too large. Raises UnreadableFileError.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            infos = dict(_names(archive.infolist()))
            largest = max(infos, key=lambda name: infos[name].file_size)
            return largest, {name: _read_start(archive, infos[name]) for name in beside if name in infos}
    except DAMAGES as error:
        raise refuse("file_not_workbook") from error


def _read_start(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    with archive.open(info) as part:
        return part.read(_NAMING_BYTES)


def repack(parts: dict[str, bytes]) -> bytes:
    """Return a plain archive of exactly these parts, so that a parser sees only what was checked."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for name, content in parts.items():
            archive.writestr(zipfile.ZipInfo(name), content)
    return out.getvalue()


def refuse_declarations(parts: dict[str, bytes]) -> None:
    """Refuse a part that declares entities or a document type: figures need none. Raises UnreadableFileError."""
    for content in parts.values():
        if _DECLARATION.search(content):
            raise refuse("file_has_declarations")
        # The same in UTF-16, which a plain search would miss.
        if b"\0" in content[:4] or content[:2] in (b"\xff\xfe", b"\xfe\xff"):
            for order in ("utf-16-le", "utf-16-be"):
                if _DECLARATION.search(content.decode(order, "replace").encode("ascii", "replace")):
                    raise refuse("file_has_declarations")


def _names(infos: list[zipfile.ZipInfo]) -> list[tuple[str, zipfile.ZipInfo]]:
    if len(infos) > MAX_PARTS:
        raise refuse("archive_too_many_parts", limit=str(MAX_PARTS))
    names: list[tuple[str, zipfile.ZipInfo]] = []
    names_seen: set[str] = set()
    for info in infos:
        name = true_name(info)
        if _UNSAFE_NAME.search(name) or has_hidden(name) or len(name) > MAX_PART_NAME:
            raise refuse("archive_unsafe_name")
        if info.flag_bits & IS_ENCRYPTED:
            raise refuse("file_encrypted")
        if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            # No spreadsheet program uses other methods, and unpacking them may allocate any amount of memory.
            raise refuse("file_not_workbook")
        if name.casefold() in names_seen:
            raise refuse("archive_part_twice")
        names_seen.add(name.casefold())
        if not name.endswith("/"):
            names.append((name, info))
    return names


def true_name(info: zipfile.ZipInfo) -> str:
    """Return the name in composed Unicode, also for archivers that do not declare its encoding."""
    if info.flag_bits & _IS_UTF8 or info.orig_filename.isascii():
        return unicodedata.normalize("NFC", info.orig_filename)
    raw = info.orig_filename.encode("cp437")
    stated = _stated_name(info.extra, raw)
    if stated is not None:
        return unicodedata.normalize("NFC", stated)
    try:
        return unicodedata.normalize("NFC", raw.decode("utf-8"))
    except UnicodeDecodeError:
        # Encoding of older Vietnamese Windows.
        return unicodedata.normalize("NFC", raw.decode("cp1258", "replace"))


def _stated_name(extra: bytes, raw: bytes) -> str | None:
    """Return the Unicode name that some archivers write in an extra field."""
    while len(extra) >= 4:
        kind, size = struct.unpack("<HH", extra[:4])
        content, extra = extra[4 : 4 + size], extra[4 + size :]
        if kind == _UNICODE_PATH and len(content) > 5 and content[1:5] == struct.pack("<I", zlib.crc32(raw)):
            return content[5:].decode("utf-8", "replace")
    return None


def _read(archive: zipfile.ZipFile, names: list[tuple[str, zipfile.ZipInfo]], packed: int) -> dict[str, bytes]:
    parts: dict[str, bytes] = {}
    limit = min(MAX_UNPACKED_BYTES, max(RATIO_FREE_BYTES, packed * MAX_RATIO))
    budget = limit
    for name, info in names:
        with archive.open(info) as part:
            content = part.read(budget + 1)
        budget -= len(content)
        if budget < 0:
            raise refuse("file_too_large_unpacked", limit=str(limit // 1_000_000))
        parts[name] = content
    return parts
