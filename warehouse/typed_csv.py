"""CSV files that people write with a spreadsheet program: tables of a plan pack, roles, days of receipt."""

from __future__ import annotations

import csv
import io
from pathlib import Path

_SEPARATORS = (",", ";", "\t")


def separator_of(text: str) -> str:
    """Return what separates the columns of a file, by its first line.

    Spreadsheet programs write semicolons where a comma is the decimal mark, as in Vietnam, or tabs.
    """
    header = text.lstrip("\r\n").partition("\n")[0]
    return max(_SEPARATORS, key=header.count)


def rows_by_column(path: Path, is_strict: bool = False) -> csv.DictReader[str]:
    """Return a reader of the rows of a file in UTF-8; a strict one refuses quotes that are not in pairs.

    Raises OSError, UnicodeDecodeError; reading a row raises csv.Error.
    """
    with path.open(encoding="utf-8-sig", newline="") as file:
        text = file.read()
    return csv.DictReader(io.StringIO(text, newline=""), delimiter=separator_of(text), strict=is_strict)
