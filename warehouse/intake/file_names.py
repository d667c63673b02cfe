"""Names of files as senders gave them: kept only as far as they are names, and say nothing of a person."""

import unicodedata

from warehouse.forms.privacy.person_words import NAME
from warehouse.forms.privacy.personal_data import sign_in_cell

MAX_LENGTH = 255
NAMELESS = "bao-cao"
_MAX_SUFFIX = 8


def clean_file_name(name: str) -> str:
    """`name` without folders and without what is invisible or turns the reading direction, at most 255 characters.

    A name that seems to carry personal data, or nothing at all, becomes `bao-cao` with the file's suffix.
    """
    last = unicodedata.normalize("NFC", name).replace("\\", "/").rpartition("/")[2]
    visible = "".join(letter for letter in last if not unicodedata.category(letter).startswith("C"))
    cleaned = " ".join(visible.split()).lstrip(".")
    stem, dot, suffix = cleaned.rpartition(".")
    if not dot or len(suffix) > _MAX_SUFFIX or not suffix.isalnum():
        stem, suffix = cleaned, ""
    ending = f".{suffix}" if suffix else ""
    # Cut first: what looks for personal data takes its time over a name without end.
    stem = stem[: MAX_LENGTH - len(ending)]
    return (NAMELESS if not stem or is_personal(stem) else stem) + ending


def is_personal(name: str) -> bool:
    """Whether a file's name seems to carry personal data. Words in it may be joined by signs."""
    plain = unicodedata.normalize("NFKC", name)
    words = plain.replace("_", " ").replace("-", " ").replace(".", " ")
    return sign_in_cell(plain) is not None or sign_in_cell(words) == NAME
