"""Search among all named things by one fixed rule."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Generic, TypeVar

from rapidfuzz.distance import OSA

from app.core.search_text import KEPT_NAMES, Words, begins, is_word, join_unit_numbers, search_words

# Quality of a match, best first: code or complete name, beginning of a name, words anywhere in it, words in a text.
EXACT, BEGINS, ANYWHERE, IN_TEXT = range(4)
# "Quận 2 cũ", "former District 2": marks of an ended unit that are not part of its name.
_FORMER_BEHIND, _FORMER_BEFORE = "cu", ("former", "ex")
# Shorter words are too similar for guesses.
SHORTEST_GUESSED = 4
WRONG_LETTERS = 1

Thing = TypeVar("Thing")


@dataclass(frozen=True, slots=True)
class Named(Generic[Thing]):
    """Thing with names and an optional code; words of `around` may be typed in addition (a ward's district).

    Its `texts` (a definition) are searched for a phrase of at least two words, or one long word.

    Equal matches are sorted by `is_now` (part of the displayed quarter), then by `rank`, then in their original order.
    """

    thing: Thing
    code: str
    names: Sequence[str]
    around: Sequence[str] = ()
    texts: Sequence[str] = ()
    is_now: bool = True
    rank: int = 0


def found(typed: str, things: Sequence[Named[Thing]]) -> list[tuple[int, Named[Thing]]]:
    """Return the matching things, best first, each with the quality of its match."""
    query = _name(typed)
    met = [(how, thing) for thing in things if (how := _how_well(query, thing)) is not None]
    return sorted(met, key=lambda pair: (pair[0], not pair[1].is_now, pair[1].rank))


def guess(typed: str, things: Sequence[Named[Thing]]) -> str | None:
    """Return the name that differs from the typed text by one letter; None without any."""
    query = " ".join(_name(typed))
    if len(query) < SHORTEST_GUESSED:
        return None
    for name in dict.fromkeys(name for thing in things for name in thing.names):
        if OSA.distance(query, " ".join(_name(name)), score_cutoff=WRONG_LETTERS) <= WRONG_LETTERS:
            return name
    return None


def _how_well(query: Words, thing: Named[Thing]) -> int | None:
    if not query:
        return None
    code = search_words(thing.code)
    names = [_name(name) for name in thing.names]
    if query in (code, *names):
        return EXACT
    if (code and query[: len(code)] == code) or any(begins(query, name) for name in names):
        return BEGINS
    own = _all_words(tuple(thing.names))
    around = _all_words(tuple(thing.around))
    joined = join_unit_numbers(query)
    is_own = any(is_word(word, own) for word in joined)
    is_whole = all(is_word(word, own) or (len(word) > 1 and is_word(word, around)) for word in joined)
    if is_own and is_whole:
        return ANYWHERE
    return IN_TEXT if any(_is_in(query, search_words(text)) for text in thing.texts) else None


def _is_in(query: Words, text: Words) -> bool:
    """Return whether a text contains the words in their order, the last one perhaps only begun."""
    if len(query) == 1 and len(query[0]) < SHORTEST_GUESSED:
        return False
    count = len(query)
    return any(begins(query, text[at : at + count]) for at in range(len(text) - count + 1))


@lru_cache(maxsize=KEPT_NAMES)
def _all_words(names: tuple[str, ...]) -> frozenset[str]:
    words = [search_words(name) for name in names]
    return frozenset(word for name in words for word in (*name, *join_unit_numbers(name)))


def _name(text: str) -> Words:
    """Return the words of a name without the marks of a former unit."""
    words = search_words(text)
    if words[1:] and words[-1] == _FORMER_BEHIND:
        words = words[:-1]
    return words[1:] if words[1:] and words[0] in _FORMER_BEFORE else words
