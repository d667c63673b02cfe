"""What is meant by what somebody typed, among all that has a name, found by one fixed rule."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Generic, TypeVar

from rapidfuzz.distance import OSA

from app.core.search_text import KEPT_NAMES, Words, begins, is_word, join_unit_numbers, search_words

# How well a thing is meant, best first: its code or a name of it, the beginning of a name, its words anywhere.
EXACT, BEGINS, ANYWHERE = range(3)
# "Quận 2 cũ", "former District 2": said of what ended, and no part of its name.
_FORMER_BEHIND, _FORMER_BEFORE = "cu", ("former", "ex")
# Shorter words are too alike for a guess at what was meant.
SHORTEST_GUESSED = 4
WRONG_LETTERS = 1

Thing = TypeVar("Thing")


@dataclass(frozen=True, slots=True)
class Named(Generic[Thing]):
    """A thing with its code, if it has one, and names; words of `around` may be typed beside them (a ward's district).

    Of things meant equally well those of the quarter shown come first (`is_now`), then those of lower `rank`, then as
    they were given.
    """

    thing: Thing
    code: str
    names: Sequence[str]
    around: Sequence[str] = ()
    is_now: bool = True
    rank: int = 0


def found(typed: str, things: Sequence[Named[Thing]]) -> list[tuple[int, Named[Thing]]]:
    """The things that are meant, the best first, each with how well it is meant."""
    asked = _name(typed)
    met = [(how, one) for one in things if (how := _how_well(asked, one)) is not None]
    return sorted(met, key=lambda pair: (pair[0], not pair[1].is_now, pair[1].rank))


def guess(typed: str, things: Sequence[Named[Thing]]) -> str | None:
    """The name that differs from what was typed by one letter; None where there is none."""
    asked = " ".join(_name(typed))
    if len(asked) < SHORTEST_GUESSED:
        return None
    for name in dict.fromkeys(name for one in things for name in one.names):
        if OSA.distance(asked, " ".join(_name(name)), score_cutoff=WRONG_LETTERS) <= WRONG_LETTERS:
            return name
    return None


def _how_well(asked: Words, one: Named[Thing]) -> int | None:
    if not asked:
        return None
    code = search_words(one.code)
    names = [_name(name) for name in one.names]
    if asked in (code, *names):
        return EXACT
    if (code and asked[: len(code)] == code) or any(begins(asked, name) for name in names):
        return BEGINS
    own = _all_words(tuple(one.names))
    around = _all_words(tuple(one.around))
    tied = join_unit_numbers(asked)
    is_own = any(is_word(word, own) for word in tied)
    is_whole = all(is_word(word, own) or (len(word) > 1 and is_word(word, around)) for word in tied)
    return ANYWHERE if is_own and is_whole else None


@lru_cache(maxsize=KEPT_NAMES)
def _all_words(names: tuple[str, ...]) -> frozenset[str]:
    words = [search_words(name) for name in names]
    return frozenset(word for name in words for word in (*name, *join_unit_numbers(name)))


def _name(text: str) -> Words:
    """The words of a name without those that only say that it is a former one."""
    words = search_words(text)
    if words[1:] and words[-1] == _FORMER_BEHIND:
        words = words[:-1]
    return words[1:] if words[1:] and words[0] in _FORMER_BEFORE else words
