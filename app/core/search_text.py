"""Names in plain letters: for searches, words in any order and abbreviations expanded; and for sorting."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

_BREAKS = re.compile(r"[^a-z0-9]+")
# "q1", "q.1", "p ben nghe", "tp.hcm": abbreviated unit types before a number or another word.
_LONG = {
    "q": "quan",
    "p": "phuong",
    "f": "phuong",
    "h": "huyen",
    "x": "xa",
    "tp": "thanh pho",
    "tt": "thi tran",
    "dk": "dac khu",
    "kv": "khu vuc",
}
_SHORT = re.compile(r"\b([qpf])(?=\d)|\b(tp|tt|dk|kv|[qpfhx])[\W_]+(?=\w)")
_ZEROS = re.compile(r"\b0+(?=\d)")
_NUMBER = re.compile(r"\d+")
# Unit types that are followed by a number: "quan 8" does not match "phuong 8" in another district.
_NUMBERED = ("quan", "phuong", "district", "ward")
# Enough for the names and spellings of all units, targets and tasks.
KEPT_NAMES = 8192

Words = tuple[str, ...]


@lru_cache(maxsize=KEPT_NAMES)
def without_marks(text: str) -> str:
    """Return a text in plain letters: no accents, d for đ."""
    plain = unicodedata.normalize("NFD", text.replace("Đ", "D").replace("đ", "d"))
    return "".join(sign for sign in plain if not unicodedata.combining(sign))


def name_order(name: str) -> tuple[str, int, str]:
    """Return the sort key of a name, by letters, then by number: Củ Chi, Đông An, Gò Vấp, Q.3, Q.10, Tân Bình."""
    plain = without_marks(name).lower()
    number = _NUMBER.search(plain)
    return _NUMBER.sub("", plain), int(number[0]) if number else 0, name


@lru_cache(maxsize=KEPT_NAMES)
def search_words(text: str) -> Words:
    """Return the normalized words of a name or of typed text."""
    spelt = _SHORT.sub(lambda match: f"{_LONG[match[1] or match[2]]} ", without_marks(text).lower())
    return tuple(_ZEROS.sub("", word) for word in _BREAKS.split(spelt) if word)


def join_unit_numbers(typed: Words) -> Words:
    """Return typed words with each number joined to the unit type before it: "quan 8" becomes one word."""
    joined: list[str] = []
    for word in typed:
        if word.isdigit() and joined and joined[-1] in _NUMBERED:
            joined[-1] += word
        else:
            joined.append(word)
    return tuple(joined)


def begins(typed: Words, name: Words) -> bool:
    """Return whether a name begins with the typed words."""
    return (
        bool(typed) and typed[:-1] == name[: len(typed) - 1] and is_word(typed[-1], name[len(typed) - 1 : len(typed)])
    )


def is_word(typed: str, words: Sequence[str] | frozenset[str]) -> bool:
    """Return whether one of the words begins with the typed word.

    A typed word that ends in a number must match completely.
    """
    return typed in words or (not typed[-1].isdigit() and any(word.startswith(typed) for word in words))


def is_found(typed: Words, name: Words) -> bool:
    """Return whether every typed word begins a word of the name; numbers must match completely."""
    return bool(typed) and all(is_word(word, name) for word in typed)


def is_found_in(typed: Words, names: Sequence[str]) -> bool:
    """Return whether the typed words match one of a unit's names."""
    return any(is_found(typed, search_words(name)) for name in names)
