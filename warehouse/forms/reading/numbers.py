"""Numbers in text cells, as people type them: read only if there is a single interpretation."""

import re
from functools import lru_cache

from warehouse.forms.privacy.personal_data import fold, fold_own
from warehouse.forms.problems import UnreadableCellError
from warehouse.text import load_texts

# More digits than this are a mistake in any column, and would not fit the raw tables' integers.
MAX_DIGITS = 15
_LONGEST = 60

# Full-width digits and marks, spaces of every width, and zero-width characters.
_PLAIN = {0xFF10 + digit: str(digit) for digit in range(10)} | {0xFF0C: ",", 0xFF0E: ".", 0xFF05: "%"}
_PLAIN |= dict.fromkeys((0xA0, 0x2007, 0x2008, 0x2009, 0x200A, 0x202F, 0x3000), " ")
_PLAIN |= dict.fromkeys((0xAD, 0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF), "")

_NOTHING = re.compile(r"[-–—−‐‑]{1,3}|\.{3,}|…+")
_DIGITS = re.compile(r"[0-9]+")
_GROUPS = re.compile(r"[1-9][0-9]{0,2}(?P<mark>[., ])[0-9]{3}(?:(?P=mark)[0-9]{3})*")
_DECIMAL = re.compile(
    r"(?P<whole>0|[1-9][0-9]*|[1-9][0-9]{0,2}(?P<group>[., ])[0-9]{3}(?:(?P=group)[0-9]{3})*)"
    r"(?P<mark>[.,])(?P<part>[0-9]{1,6})"
)
_WITH_WORD = re.compile(r"(?P<number>[0-9][0-9., ]*?) ?(?:\( ?(?P<inside>[^()]+?) ?\)|(?P<word>[^\W\d_].*|%))")


def plain(text: str) -> str:
    """Return text with ordinary digits and single ordinary spaces, without invisible characters."""
    return " ".join(text.translate(_PLAIN).split())


def means_nothing(text: str) -> bool:
    """Return whether a text is only dashes or dots, as people write for a missing value."""
    return bool(_NOTHING.fullmatch(text.replace(" ", "")))


@lru_cache(maxsize=256)
def measure_words(*measures: str | None) -> frozenset[str]:
    """Return folded words that may follow a number of a column with these measures ("lượt", "inspections")."""
    known = load_texts("reading")["measures"]
    words = [word for measure in measures if measure for word in (measure, *known.get(measure, ()))]
    return frozenset(fold_own(word) or word for word in words)


def read_number(text: str, words: frozenset[str], decimals: bool, rule: str) -> int | float:
    """Return the number that `text` (plain) certainly is; a word of measure may follow it.

    Raises UnreadableCellError: `number_ambiguous` with both readings, `not_whole`, or `rule`.
    """
    if len(text) > _LONGEST:
        raise UnreadableCellError(rule)
    match = _WITH_WORD.fullmatch(text)
    if match:
        word = match["inside"] or match["word"]
        if (fold(word) or word) not in words:
            raise UnreadableCellError(rule)
        text = match["number"]
    if sum(letter.isdigit() for letter in text) > MAX_DIGITS:
        raise UnreadableCellError(rule)
    if _DIGITS.fullmatch(text):
        return int(text)
    groups = _GROUPS.fullmatch(text)
    if groups:
        return _read_groups(text, groups["mark"], decimals)
    decimal = _DECIMAL.fullmatch(text)
    if decimal is None or decimal["mark"] == decimal["group"]:
        raise UnreadableCellError(rule)
    if not decimals:
        raise UnreadableCellError("not_whole")
    return float(f"{_joined(decimal['whole'])}.{decimal['part']}")


def _read_groups(text: str, mark: str, decimals: bool) -> int:
    """Read groups of three digits.

    A point in a count, a space, or two marks can only separate thousands; otherwise the mark may be a decimal mark.
    """
    if mark == " " or text.count(mark) > 1 or (mark == "." and not decimals):
        return int(_joined(text))
    raise UnreadableCellError("number_ambiguous", whole=_joined(text), decimal=text.replace(".", ","))


def _joined(text: str) -> str:
    return re.sub("[., ]", "", text)
