"""Finds the unit that a name means: a strict key and a table of aliases; likeness only ever suggests."""

import re
from collections.abc import Iterable

from rapidfuzz import fuzz, process

from warehouse.forms.personal import fold
from warehouse.reference import Unit, UnitAlias

# Longest first, so that "thi tran" is not read as "t" + "hi". A prefix may touch a number ("P5") or a dot ("TT.").
_PREFIXES = [
    ("thanh pho", r"(?:thanh pho|t p|tp)"),
    ("thi tran", r"(?:thi tran|t t|tt)"),
    ("dac khu", r"(?:dac khu|dk)"),
    ("quan", r"(?:quan|q)"),
    ("huyen", r"(?:huyen|h)"),
    ("phuong", r"(?:phuong|p)"),
    ("xa", r"(?:xa|x)"),
]
_PATTERNS = [(word, re.compile(rf"^{pattern}(?: +|(?=\d))(?=.)")) for word, pattern in _PREFIXES]
_ZEROS = re.compile(r"\b0+(?=\d)")
SUGGESTIONS = 3
MIN_LIKENESS = 60


def name_key(name: str) -> str:
    """The strict key of a name: accents, case, spaces and dots folded, type words spelt out, leading zeros dropped."""
    text = _ZEROS.sub("", fold(name))
    for word, pattern in _PATTERNS:
        found = pattern.match(text)
        if found:
            return f"{word} {text[found.end() :].strip()}"
    return text


def _bare_key(key: str) -> str | None:
    """A key without its type word, or None when only a number would remain."""
    for word, _ in _PREFIXES:
        if key.startswith(word + " "):
            bare = key[len(word) + 1 :]
            return None if bare.isdigit() else bare
    return None


class UnitIndex:
    """Names of some units; a key that two of them share finds neither."""

    def __init__(self, units: Iterable[Unit], aliases: Iterable[UnitAlias] = ()) -> None:
        self.units = tuple(units)
        by_id = {(unit.unit_code, unit.valid_from): unit for unit in self.units}
        self._full: dict[str, set[Unit]] = {}
        self._bare: dict[str, set[Unit]] = {}
        for unit in self.units:
            for name in (unit.name_vi, unit.name_en, unit.short_name_vi):
                self._full.setdefault(name_key(name), set()).add(unit)
            bare = _bare_key(name_key(unit.name_vi))
            if bare:
                self._bare.setdefault(bare, set()).add(unit)
        for alias in aliases:
            unit_of_alias = by_id.get((alias.unit_code, alias.valid_from))
            if unit_of_alias:
                self._full.setdefault(name_key(alias.alias), set()).add(unit_of_alias)

    def find(self, name: str) -> Unit | None:
        """The one unit that `name` certainly means, else None."""
        key = name_key(name)
        for table in (self._full, self._bare):
            units = table.get(key, set())
            if len(units) == 1:
                return next(iter(units))
            if units:
                return None
        return None

    def means(self, name: str, unit: Unit) -> bool:
        """Whether `name` may stand for `unit`."""
        key = name_key(name)
        return unit in self._full.get(key, ()) or unit in self._bare.get(key, ())

    def suggest(self, name: str) -> list[str]:
        """Names of the most similar units, best first; for messages only, never for matching."""
        names = [unit.name_vi for unit in self.units]
        found = process.extract(
            name_key(name), names, scorer=fuzz.ratio, processor=name_key, limit=SUGGESTIONS, score_cutoff=MIN_LIKENESS
        )
        return [match for match, _, _ in found]
