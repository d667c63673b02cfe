"""Names of files as senders gave them, stored without folders, invisible characters and personal data."""

import unicodedata

from warehouse.forms.privacy.person_words import NAME
from warehouse.forms.privacy.personal_data import sign_in_cell

MAX_LENGTH = 255
NAMELESS = "bao-cao"
_MAX_SUFFIX = 8


def clean_file_name(name: str) -> str:
    """Return `name` without folders, invisible characters and direction marks, at most 255 characters.

    A name that seems to hold personal data, or nothing at all, becomes `bao-cao` with the file's suffix.
    """
    last = unicodedata.normalize("NFC", name).replace("\\", "/").rpartition("/")[2]
    visible = "".join(letter for letter in last if not unicodedata.category(letter).startswith("C"))
    cleaned = " ".join(visible.split()).lstrip(".")
    stem, dot, suffix = cleaned.rpartition(".")
    if not dot or len(suffix) > _MAX_SUFFIX or not suffix.isalnum():
        stem, suffix = cleaned, ""
    ending = f".{suffix}" if suffix else ""
    # Cut first: the detection of personal data is slow on a very long name.
    stem = stem[: MAX_LENGTH - len(ending)]
    return (NAMELESS if not stem or is_personal(stem) else stem) + ending


def is_personal(name: str) -> bool:
    """Return whether a file's name seems to hold personal data. Words in it may be joined by signs."""
    plain = unicodedata.normalize("NFKC", name)
    words = plain.replace("_", " ").replace("-", " ").replace(".", " ")
    return sign_in_cell(plain) is not None or sign_in_cell(words) == NAME
