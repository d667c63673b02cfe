"""Names found by typing: without accents, in any order, with the usual short forms."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

_BREAKS = re.compile(r"[^a-z0-9]+")
# "q1", "q.1", "p ben nghe", "tp.hcm": a word for a kind of unit, shortened before a number or another word.
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
# Kinds of units that are told apart by a number: "quan 8" is no "phuong 8" of another one.
_NUMBERED = ("quan", "phuong", "district", "ward")
# Names as long as those of all units, targets and tasks with their spellings.
KEPT_NAMES = 8192

Words = tuple[str, ...]


def without_marks(text: str) -> str:
    """A text with plain letters: no accents, d for đ."""
    plain = unicodedata.normalize("NFD", text.replace("Đ", "D").replace("đ", "d"))
    return "".join(sign for sign in plain if not unicodedata.combining(sign))


@lru_cache(maxsize=KEPT_NAMES)
def search_words(text: str) -> Words:
    """The words of a name or of what was typed, as they are compared."""
    spelt = _SHORT.sub(lambda found: f"{_LONG[found[1] or found[2]]} ", without_marks(text).lower())
    return tuple(_ZEROS.sub("", word) for word in _BREAKS.split(spelt) if word)


def bound(typed: Words) -> Words:
    """The words typed, with a number tied to the kind of unit before it: quan 8 is one word."""
    tied: list[str] = []
    for word in typed:
        if word.isdigit() and tied and tied[-1] in _NUMBERED:
            tied[-1] += word
        else:
            tied.append(word)
    return tuple(tied)


def begins(typed: Words, name: Words) -> bool:
    """Whether a name begins with what was typed."""
    return (
        bool(typed) and typed[:-1] == name[: len(typed) - 1] and is_word(typed[-1], name[len(typed) - 1 : len(typed)])
    )


def is_word(typed: str, words: Sequence[str] | frozenset[str]) -> bool:
    """Whether one of the words begins with what was typed; one that ends in a number must be the whole word."""
    return typed in words or (not typed[-1].isdigit() and any(word.startswith(typed) for word in words))


def is_found(typed: Words, name: Words) -> bool:
    """Whether every word typed begins a word of the name; a number must be the whole number."""
    return bool(typed) and all(is_word(word, name) for word in typed)


def is_found_in(typed: Words, names: Sequence[str]) -> bool:
    """Whether one of a unit's names is meant by what was typed."""
    return any(is_found(typed, search_words(name)) for name in names)
