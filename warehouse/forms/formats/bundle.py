"""Bundles: a zip of many reports. Lists its files; writes nothing to disk and opens no report."""

import io
import re
import struct
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import PurePosixPath

from warehouse.forms.formats import archive, csv_zip
from warehouse.forms.formats.book import refuse
from warehouse.forms.formats.names import HIDDEN
from warehouse.forms.formats.opening import MAX_FILE_BYTES
from warehouse.forms.formats.xls import OLE_SIGNATURE
from warehouse.storage.landing import SUFFIXES

MAX_BUNDLE_BYTES = 50_000_000
MAX_UNPACKED_BYTES = 200_000_000
# Reports of all units over five years are a quarter of this, including the clutter that desktops add.
MAX_ENTRIES = 4_000
# Why a file of a bundle is left out. NO_REPORT needs no attention; the others do.
NO_REPORT, ENCRYPTED, DAMAGED, TOO_LARGE = "no_report", "encrypted", "damaged", "too_large"
_WORKBOOK_PARTS = {"xl/workbook.xml", "content.xml"}
_SUFFIXES = frozenset(SUFFIXES.values())
_SIGNATURES = (*archive.ZIP_SIGNATURES, OLE_SIGNATURE)
# Files that spreadsheet programs and macOS leave beside a file that is open or was copied.
_BESIDE = re.compile(r"(^|/)(~\$|\._|\.~lock\.)[^/]*$")
_LOCAL_HEADER = struct.Struct("<4s22xHH")


@dataclass(frozen=True)
class Enclosed:
    """A file of a bundle: path, start and number of its packed bytes, and compression."""

    path: str
    start: int
    packed_bytes: int
    is_deflated: bool

    @property
    def name(self) -> str:
        """Return the file's own name."""
        return PurePosixPath(self.path).name


@dataclass(frozen=True)
class LeftOut:
    """A file of a bundle or folder that is left out, with the reason."""

    path: str
    reason: str


@dataclass(frozen=True)
class Bundle:
    """Content of a zip of many reports, in the order of the paths."""

    files: tuple[Enclosed, ...]
    left_out: tuple[LeftOut, ...] = ()


def read_bundle(data: bytes) -> Bundle | None:
    """Return the content of a zip of many reports; None for anything else.

    None means one report (a workbook, a zip of its CSV files), or a file that the submission refuses with its own
    message. Every file is unpacked once, within budgets. Raises UnreadableFileError if the zip as a whole is too large.
    """
    if not data.startswith(archive.ZIP_SIGNATURES):
        return None
    if len(data) > MAX_BUNDLE_BYTES:
        raise refuse("file_too_large", limit=str(MAX_BUNDLE_BYTES // 1_000_000))
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            # Invisible characters are left out of displayed names.
            infos = [
                (HIDDEN.sub("", archive.true_name(entry)), entry) for entry in packed.infolist() if not entry.is_dir()
            ]
            names = [name for name, _ in infos]
            if not _WORKBOOK_PARTS.isdisjoint(names) or csv_zip.is_csv_zip(names):
                return None
            if len(infos) > MAX_ENTRIES:
                raise refuse("archive_too_many_parts", limit=str(MAX_ENTRIES))
            return _read_entries(packed, data, [(name, info) for name, info in infos if not is_clutter(name)])
    except archive.DAMAGES:
        return None


def is_clutter(path: str) -> bool:
    """Return whether programs leave such a file beside others automatically."""
    return csv_zip.is_clutter(path) or bool(_BESIDE.search(path))


def is_report_like(path: str, begin: bytes) -> bool:
    """Return whether a file may be a report, by its name or by its first bytes."""
    return PurePosixPath(path).suffix.lower() in _SUFFIXES or begin.startswith(_SIGNATURES)


def take_out(data: bytes, file: Enclosed) -> bytes:
    """Return the content of a file of a bundle, cut at the size that the submission refuses as too large."""
    packed = data[file.start : file.start + file.packed_bytes]
    return zlib.decompressobj(-zlib.MAX_WBITS).decompress(packed, MAX_FILE_BYTES + 1) if file.is_deflated else packed


def _read_entries(packed: zipfile.ZipFile, data: bytes, infos: list[tuple[str, zipfile.ZipInfo]]) -> Bundle | None:
    files, left_out, budget = [], [], MAX_UNPACKED_BYTES
    for name, info in sorted(infos, key=lambda entry: entry[0].casefold()):
        content = _content(packed, info, min(budget, MAX_FILE_BYTES))
        budget -= MAX_FILE_BYTES if isinstance(content, str) else len(content)
        if budget < 0:
            raise refuse("file_too_large_unpacked", limit=str(MAX_UNPACKED_BYTES // 1_000_000))
        if isinstance(content, str):
            left_out.append(LeftOut(name, content))
        elif is_report_like(name, content[:8]):
            _, name_bytes, extra_bytes = _LOCAL_HEADER.unpack_from(data, info.header_offset)
            start = info.header_offset + _LOCAL_HEADER.size + name_bytes + extra_bytes
            is_deflated = info.compress_type == zipfile.ZIP_DEFLATED
            files.append(Enclosed(name, start, info.compress_size, is_deflated))
        else:
            left_out.append(LeftOut(name, NO_REPORT))
    return (
        Bundle(tuple(files), tuple(left_out)) if files or any(file.reason != NO_REPORT for file in left_out) else None
    )


def _content(packed: zipfile.ZipFile, info: zipfile.ZipInfo, most: int) -> bytes | str:
    """Return a file's content, or the reason why it is left out."""
    if info.flag_bits & archive.IS_ENCRYPTED:
        return ENCRYPTED
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        return DAMAGED
    try:
        with packed.open(info) as part:
            content = part.read(most + 1)
    except archive.DAMAGES:
        return DAMAGED
    return TOO_LARGE if len(content) > most else content
