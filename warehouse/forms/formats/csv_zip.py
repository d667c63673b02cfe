"""The format CSV: a zip of files, one per sheet, each with an encoding and a separator that are certain."""

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import PurePosixPath

from warehouse.forms.formats.book import MAX_COLUMNS, MAX_ROWS, Grid, Sheet, UnreadableFileError, refuse
from warehouse.forms.problems import Problem

# Files that desktops add to an archive automatically.
_CLUTTER = re.compile(r"(^|/)(__MACOSX/|\.DS_Store$|Thumbs\.db$|desktop\.ini$)", re.IGNORECASE)
_SEPARATORS = ",;\t"
# The letters of Vietnamese beyond ASCII, and signs that people type between them.
_LETTERS = set("ăâđêôơưáàảãạắằẳẵặấầẩẫậéèẻẽẹếềểễệíìỉĩịóòỏõọốồổỗộớờởỡợúùủũụứừửữựýỳỷỹỵ")
_LETTERS |= {letter.upper() for letter in _LETTERS} | set("–—“”‘’…•·°²³×\xa0")
_TONES = re.compile("[\u0300\u0301\u0303\u0309\u0323]")
_CERTAIN_TONES = 3


def is_clutter(part: str) -> bool:
    """Return whether a file of the archive was added automatically by a desktop."""
    return bool(_CLUTTER.search(part))


def is_csv_zip(parts: Iterable[str]) -> bool:
    """Return whether every file of the archive is a CSV, by all names; clutter does not count."""
    names = [name for name in parts if not is_clutter(name)]
    return bool(names) and all(name.lower().endswith(".csv") for name in names)


def sheet_of(part: str) -> str | None:
    """Return the name of the sheet of a file of the archive; None if it is no CSV."""
    path = PurePosixPath(part)
    return path.stem if path.suffix.lower() == ".csv" else None


def read(parts: dict[str, bytes]) -> list[Sheet]:
    """Return a sheet for every CSV, named as the file without its suffix. Raises UnreadableFileError."""
    files = {PurePosixPath(name): content for name, content in parts.items() if not is_clutter(name)}
    if len({path.parent for path in files}) > 1:
        raise refuse("csv_in_folders")
    return [Sheet(path.stem, _grid(path.stem, content)) for path, content in files.items()]


def _grid(name: str, content: bytes) -> Grid:
    text = _decode(content)
    if text is None:
        raise _refused("csv_encoding", name)
    if "\0" in text:
        raise _refused("csv_broken", name)
    try:
        rows = _rows(text, name)
    except csv.Error as error:
        raise _refused("csv_broken", name) from error
    width = max((len(row) for row in rows), default=0)
    return [row + [""] * (width - len(row)) for row in rows]


def _refused(rule: str, name: str) -> UnreadableFileError:
    return UnreadableFileError(Problem(rule, name[:100]))


def _rows(text: str, name: str) -> list[list[str]]:
    # Excel understands this first line and does not show it; some programs write it.
    stated = re.match(r"sep=([,;\t])\r?\n", text)
    separator = stated.group(1) if stated else _separator(text)
    if separator is None:
        raise _refused("csv_separator", name)
    rows: list[list[str]] = []
    for row in _lines(text[stated.end() :] if stated else text, separator):
        if len(rows) >= MAX_ROWS or len(row) > MAX_COLUMNS:
            raise _refused("sheet_too_large", name)
        rows.append(row)
    return rows


def _lines(text: str, separator: str) -> Iterator[list[str]]:
    return csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)


def _separator(text: str) -> str | None:
    """Return the separator if it is certain; None if two are possible.

    Programs write every line of a sheet with the same number of cells, which excludes commas within a text and decimal
    commas. If no separator gives lines of equal length, only one may occur at all.
    """
    widths: dict[str, set[int]] = {}
    for separator in _SEPARATORS:
        try:
            widths[separator] = {len(row) for row in islice(_lines(text, separator), MAX_ROWS + 1)} - {0}
        except csv.Error:
            continue
    splitting = {separator for separator, counts in widths.items() if max(counts, default=0) > 1}
    even = {separator for separator in splitting if len(widths[separator]) == 1}
    certain = even or splitting
    if len(certain) == 1:
        return certain.pop()
    # A single column, with any separator.
    return "," if not splitting and len(widths) == len(_SEPARATORS) else None


def _decode(content: bytes) -> str | None:
    """Return the text, or None if its encoding is not certain."""
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if content.startswith(mark):
            return _decoded(content, encoding)
    text = _decoded(content, "utf-8")
    return text if text is not None else _vietnamese_windows(content)


def _decoded(content: bytes, encoding: str) -> str | None:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        return None


def _vietnamese_windows(content: bytes) -> str | None:
    """Decode text of an old Vietnamese Windows, which sets tones behind their vowels as separate characters.

    Certain only if those tones occur and every letter then is Vietnamese: other old encodings (TCVN3, VNI) give letters
    that Vietnamese does not have.
    """
    text = _decoded(content, "cp1258")
    if text is None or len(_TONES.findall(text)) < _CERTAIN_TONES:
        return None
    composed = unicodedata.normalize("NFC", text)
    return composed if all(letter.isascii() or letter in _LETTERS for letter in composed) else None
