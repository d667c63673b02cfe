"""Names found by typing: without accents, in any order, with the usual short forms."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

_BREAKS = re.compile(r"[^a-z0-9]+")
# "q1", "q.1", "p.5": a word for a kind of unit, shortened before a number.
_SHORT = re.compile(r"\b(q|p|f)\W*(?=\d)")
_LONG = {"q": "quan ", "p": "phuong ", "f": "phuong "}
_ZEROS = re.compile(r"\b0+(?=\d)")

Words = tuple[str, ...]


def without_marks(text: str) -> str:
    """A text with plain letters: no accents, d for đ."""
    plain = unicodedata.normalize("NFD", text.replace("Đ", "D").replace("đ", "d"))
    return "".join(sign for sign in plain if not unicodedata.combining(sign))


def search_words(text: str) -> Words:
    """The words of a name or of what was typed, as they are compared."""
    spelt = _SHORT.sub(lambda found: _LONG[found[1]], without_marks(text).lower())
    return tuple(_ZEROS.sub("", word) for word in _BREAKS.split(spelt) if word)


def is_found(typed: Words, name: Words) -> bool:
    """Whether every word typed begins a word of the name; a number must be the whole number."""
    return bool(typed) and all(
        any(word == part or (not word.isdigit() and part.startswith(word)) for part in name) for word in typed
    )


def is_found_in(typed: Words, names: Sequence[str]) -> bool:
    """Whether one of a unit's names is meant by what was typed."""
    return any(is_found(typed, search_words(name)) for name in names)
