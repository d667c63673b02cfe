"""The roles file: who holds which role, of which unit, from when to when. Whoever is not in it may do nothing."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import lru_cache
from pathlib import Path

from warehouse.reference import Reference, load_reference
from warehouse.text import say

COLUMNS = ("person", "name", "role", "unit_code", "valid_from", "valid_to")


class Role(StrEnum):
    """What somebody may be in this system."""

    LEADER = "leader"
    DEPARTMENT = "department"
    UNIT_OFFICER = "unit_officer"
    AREA_READER = "area_reader"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"


# Roles that are held of a unit; the others are held of the whole city.
OF_A_UNIT = frozenset({Role.UNIT_OFFICER, Role.AREA_READER})


@dataclass(frozen=True, slots=True)
class Grant:
    """A role that a person holds from a day until before another; `line` is where the file says so, 0 elsewhere."""

    person: str
    role: Role
    unit_code: str = ""
    valid_from: date = date.min
    valid_to: date | None = None
    name: str = ""
    line: int = field(default=0, compare=False)

    def holds_on(self, day: date) -> bool:
        """Whether the role is held on a day."""
        return self.valid_from <= day and (self.valid_to is None or day < self.valid_to)


@dataclass(frozen=True, slots=True)
class RoleProblem:
    """A line that grants nothing, and why; `params` fill the words of `code` in the catalogue."""

    line: int
    code: str
    params: Mapping[str, str] = field(default_factory=dict)

    def words(self, lang: str) -> str:
        """Why, in a language."""
        return say("people", self.code, lang, **self.params)


@dataclass(frozen=True, slots=True)
class Roles:
    """Every grant by person, and the lines that could not be read. People's names are compared without case."""

    grants: Mapping[str, tuple[Grant, ...]] = field(default_factory=dict)
    problems: tuple[RoleProblem, ...] = ()

    def of(self, person: str, day: date) -> tuple[Grant, ...]:
        """What a person holds on a day; nothing for somebody unknown."""
        return tuple(grant for grant in self.grants.get(person.casefold(), ()) if grant.holds_on(day))

    def __iter__(self) -> Iterator[Grant]:
        return (grant for grants in self.grants.values() for grant in grants)


def load_roles(path: Path) -> Roles:
    """The roles file, read once per change. A line with a mistake grants nothing and is among the problems; so is a
    file that is not there or cannot be read."""
    try:
        stat = path.stat()
    except OSError:
        return Roles(problems=(RoleProblem(0, "no_file", {"path": str(path)}),))
    return _load(path, (stat.st_mtime_ns, stat.st_size, stat.st_ino))


@lru_cache(maxsize=4)
def _load(path: Path, _changed: tuple[int, int, int]) -> Roles:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            return _read(csv.DictReader(file))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        return Roles(problems=(RoleProblem(0, "unreadable", {"detail": str(error)}),))


def _read(rows: csv.DictReader[str]) -> Roles:
    missing = [name for name in COLUMNS if name not in (rows.fieldnames or ())]
    if missing:
        return Roles(problems=(RoleProblem(1, "missing_columns", {"columns": ", ".join(missing)}),))
    grants: defaultdict[str, list[Grant]] = defaultdict(list)
    problems = []
    reference = load_reference()
    for row in rows:
        cells = {name: (row[name] or "").strip() for name in COLUMNS}
        if not any(cells.values()):
            continue
        read = _grant(cells, rows.line_num, reference)
        if isinstance(read, RoleProblem):
            problems.append(read)
        else:
            grants[read.person.casefold()].append(read)
    return Roles({person: tuple(found) for person, found in grants.items()}, tuple(problems))


def _grant(cells: Mapping[str, str], line: int, reference: Reference) -> Grant | RoleProblem:
    if not cells["person"]:
        return RoleProblem(line, "no_person")
    if cells["role"] not in [*Role]:
        return RoleProblem(line, "unknown_role", {"role": cells["role"], "known": ", ".join(Role)})
    role, unit = Role(cells["role"]), cells["unit_code"]
    known = {one.unit_code for one in reference.units}
    if (role in OF_A_UNIT) != bool(unit) or (unit and unit not in known):
        code = "unit_needed" if role in OF_A_UNIT and not unit else "unit_unknown" if role in OF_A_UNIT else "no_unit"
        return RoleProblem(line, code, {"unit": unit, "role": role.value})
    days: dict[str, date | None] = {}
    for name in ("valid_from", "valid_to"):
        try:
            days[name] = date.fromisoformat(cells[name]) if cells[name] else None
        except ValueError:
            return RoleProblem(line, "not_a_day", {"column": name, "text": cells[name]})
    begin, end = days["valid_from"], days["valid_to"]
    # A role without a beginning was never decided on.
    if begin is None or (end is not None and end <= begin):
        return RoleProblem(line, "days")
    return Grant(cells["person"], role, unit, begin, end, cells["name"], line)


def unit_name(unit_code: str, day: date, lang: str) -> str:
    """The name of a unit on a day, or as it was last; its code for one that nobody knows."""
    reference = load_reference()
    ever = [one for one in reference.units if one.unit_code == unit_code]
    unit = reference.unit(unit_code, day) or (ever[-1] if ever else None)
    if unit is None:
        return unit_code
    return unit.name_en if lang == "en" else unit.name_vi


def top_unit() -> str:
    """The code of the unit whose plan it is."""
    return load_reference().top.unit_code


@lru_cache(maxsize=512)
def units_under(unit_code: str) -> frozenset[str]:
    """A unit and whatever lay under it at any time."""
    return _under(load_reference(), unit_code)


@lru_cache(maxsize=512)
def units_above(unit_code: str) -> frozenset[str]:
    """The units in which a unit lay at any time, up to the top."""
    reference, found = load_reference(), {unit_code}
    while more := {one.parent_code for one in reference.units if one.unit_code in found and one.parent_code} - found:
        found |= more
    return frozenset(found - {unit_code})


def _under(reference: Reference, unit_code: str) -> frozenset[str]:
    found, newest = {unit_code}, {unit_code}
    while newest := {one.unit_code for one in reference.units if one.parent_code in newest} - found:
        found |= newest
    return frozenset(found)
