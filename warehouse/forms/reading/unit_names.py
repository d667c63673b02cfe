"""Units matched by name: a strict key and a table of aliases; similarity only suggests."""

import re
from collections.abc import Collection, Iterable
from typing import Any

from rapidfuzz import fuzz, process

from warehouse.forms.privacy.personal_data import fold
from warehouse.forms.problems import quote
from warehouse.forms.reading.numbers import plain
from warehouse.plan.codes import code_of
from warehouse.reference import Unit, UnitAlias

# Longest first, so that "thi tran" is not read as "t" + "hi". A prefix may touch a number ("P5") or a dot ("TT.");
# people of the city write F for phường before a number.
_PREFIXES = [
    ("thanh pho", r"(?:thanh pho|t p|tp)"),
    ("thi tran", r"(?:thi tran|t t|tt)"),
    ("dac khu", r"(?:dac khu|dk)"),
    ("quan", r"(?:quan|q)"),
    ("huyen", r"(?:huyen|h)"),
    ("phuong", r"(?:phuong|ph|p|f(?= ?\d))"),
    ("xa", r"(?:xa|x)"),
]
_PATTERNS = [(word, re.compile(rf"^{pattern}(?: +|(?=\d))(?=.)")) for word, pattern in _PREFIXES]
_ZEROS = re.compile(r"\b0+(?=\d)")
_NUMBERED = re.compile(r"(quan|phuong) (?:so )?(\d+)")
# "1. Phường …": the row's number before the name, not part of it.
_ORDINAL = re.compile(r"\s*\d{1,3}\s*[.)]\s*(?=[^\W\d_])")
_NOTE = re.compile(
    r"(?P<name>[^()\[\],]+?)\s*(?:\((?P<inside>[^()]*)\)|\[(?P<square>[^\[\]]*)\]|(?:,|\s[-–]\s)\s*(?P<after>[^,()]+))\s*"
)
_CODE_GROUPS = re.compile(r"\d{1,3}(?:[ .,]\d{3})+")
_LONGEST = 200
SUGGESTIONS = 3
MIN_LIKENESS = 60


def name_key(name: str) -> str:
    """Return the strict key of a name.

    Accents, case, spaces and dots are folded, type words spelt out, leading zeros dropped.
    """
    text = _ZEROS.sub("", fold(name))
    for word, pattern in _PATTERNS:
        match = pattern.match(text)
        if match:
            text = f"{word} {text[match.end() :].strip()}"
            break
    return _NUMBERED.sub(r"\1 \2", text)


def meant_code(raw: Any, *scopes: Collection[str]) -> str:
    """Return the code that a cell means, whatever its format: 760, 760.0, "0760", "26 734", or 6 for 00006.

    `scopes` are the codes that are possible, then those of other units. A cell that means none or several is returned
    tidied.
    """
    text = plain(quote(raw)).lstrip("'").removesuffix(".0")
    if _CODE_GROUPS.fullmatch(text):
        text = re.sub("[ .,]", "", text)
    found = (code_of(text, codes) for codes in scopes)
    return next((code for code in found if code is not None), text)


def _bare_key(key: str) -> str | None:
    """Return a key without its type word, or None if only a number would remain."""
    for word, _ in _PREFIXES:
        if key.startswith(word + " "):
            bare = key[len(word) + 1 :]
            return None if bare.isdigit() else bare
    return None


class UnitIndex:
    """Names of some units; a key that two of them share matches neither.

    `parents` are units above them: their names may follow a name ("Phường 5, Quận Gò Vấp").
    """

    def __init__(self, units: Iterable[Unit], aliases: Iterable[UnitAlias] = (), parents: Iterable[Unit] = ()) -> None:
        self.units = tuple(units)
        self._full: dict[str, set[Unit]] = {}
        self._bare: dict[str, set[Unit]] = {}
        self._notes: dict[Unit, set[str]] = {unit: {name_key(unit.unit_code)} for unit in self.units}
        for unit in self.units:
            for name in (unit.name_vi, unit.name_en, unit.short_name_vi):
                self._full.setdefault(name_key(name), set()).add(unit)
            bare = _bare_key(name_key(unit.name_vi))
            if bare:
                self._bare.setdefault(bare, set()).add(unit)
        self._add_aliases(aliases)
        self._add_parents(tuple(parents))

    def _add_aliases(self, aliases: Iterable[UnitAlias]) -> None:
        """Add aliases; an alias in brackets is no name of its own, but may follow the unit's name."""
        by_id = {(unit.unit_code, unit.valid_from): unit for unit in self.units}
        for alias in aliases:
            unit = by_id.get((alias.unit_code, alias.valid_from))
            if unit and alias.alias.startswith("("):
                self._notes[unit].add(name_key(alias.alias))
            elif unit:
                self._full.setdefault(name_key(alias.alias), set()).add(unit)

    def _add_parents(self, parents: tuple[Unit, ...]) -> None:
        for unit in self.units:
            for parent in parents:
                if parent.unit_code == unit.parent_code and parent != unit:
                    names = (parent.name_vi, parent.name_en, parent.short_name_vi)
                    self._notes[unit].update(name_key(name) for name in names)

    def named(self, name: str) -> frozenset[Unit]:
        """Return the units that `name` may mean: one if it is certain, more if they share it."""
        if len(name) > _LONGEST:
            return frozenset()
        name = _ORDINAL.sub("", name, count=1) if _ORDINAL.match(name) else name
        units = self._with_key(name_key(name))
        if units:
            return units
        noted = _NOTE.fullmatch(name)
        if noted is None:
            return frozenset()
        note = name_key(fold(noted["inside"] or noted["square"] or noted["after"] or "").removeprefix("thuoc "))
        return frozenset(unit for unit in self._with_key(name_key(noted["name"])) if note in self._notes[unit])

    def _with_key(self, key: str) -> frozenset[Unit]:
        return frozenset(self._full.get(key) or self._bare.get(key) or ())

    def find(self, name: str) -> Unit | None:
        """Return the unit that `name` certainly means, else None."""
        units = self.named(name)
        return next(iter(units)) if len(units) == 1 else None

    def means(self, name: str, unit: Unit) -> bool:
        """Return whether `name` may mean `unit`."""
        return unit in self.named(name) or unit in self._bare.get(name_key(name), ())

    def suggest(self, name: str) -> list[str]:
        """Return names of the nearest units, best first: the next number, then similarity.

        For messages, never for matching.
        """
        key = name_key(_NOTE.sub(r"\g<name>", name))
        names = [unit.name_vi for unit in self.units]
        similar = process.extract(
            key, names, scorer=fuzz.ratio, processor=name_key, limit=SUGGESTIONS, score_cutoff=MIN_LIKENESS
        )
        alike = [match for match, _, _ in similar]
        return list(dict.fromkeys(self._next_number(key) + alike))[:SUGGESTIONS]

    def _next_number(self, key: str) -> list[str]:
        typed = _NUMBERED.fullmatch(key)
        if typed is None:
            return []
        numbered = [(unit, _NUMBERED.fullmatch(name_key(unit.name_vi))) for unit in self.units]
        distances = [
            (abs(int(own[2]) - int(typed[2])), unit.name_vi) for unit, own in numbered if own and own[1] == typed[1]
        ]
        return [min(distances)[1]] if distances else []
