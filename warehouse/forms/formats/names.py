"""Checks of names and texts: hidden characters, reversed direction, excessive length."""

import re
from pathlib import PurePath

from warehouse.forms.problems import REMARK, Problem
from warehouse.storage.landing import SUFFIXES

MAX_FILE_NAME = 200
# Excel allows 31; the names of CSV files may be longer.
MAX_SHEET_NAME = 100
# Control characters, marks that turn the direction of text around, tags, and what a failed decoding leaves behind.
# Zero-width spaces and joiners are not among them: people paste those without knowing, and they change no reading.
HIDDEN = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufff9-\uffff"
    r"\U000e0000-\U000e007f\ud800-\udfff]"
)


def has_hidden(text: str) -> bool:
    """Return whether a text has invisible characters that change its reading."""
    return not text.isprintable() and bool(HIDDEN.search(text))


def name_problems(file_name: str, kind: str | None) -> list[Problem]:
    """Return the problems of a file's name: a refusal for hidden characters, a remark for another kind's suffix."""
    if len(file_name) > MAX_FILE_NAME or has_hidden(file_name):
        return [Problem("file_name_odd", params={"limit": str(MAX_FILE_NAME)})]
    suffix = PurePath(file_name).suffix.lower()
    if kind and suffix != SUFFIXES[kind]:
        return [Problem("file_suffix_differs", params={"suffix": SUFFIXES[kind]}, severity=REMARK)]
    return []
