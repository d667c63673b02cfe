"""The roles file: which person holds which role, for which unit, from when to when. Others have no rights."""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path

from warehouse.plan.codes import code_of
from warehouse.programmes import cached_by_programme
from warehouse.reference import Reference, load_reference
from warehouse.text import say
from warehouse.typed_csv import rows_by_column

_DAY_FIRST = re.compile(r"\d{2}/\d{2}/\d{4}", re.ASCII)
COLUMNS = ("person", "name", "role", "unit_code", "valid_from", "valid_to")


class Role(StrEnum):
    """Roles of users."""

    LEADER = "leader"
    DEPARTMENT = "department"
    UNIT_OFFICER = "unit_officer"
    AREA_READER = "area_reader"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"


# Roles that are held for a unit; the others are held for the whole city.
UNIT_ROLES = frozenset({Role.UNIT_OFFICER, Role.AREA_READER})


@dataclass(frozen=True, slots=True)
class Grant:
    """A role that a person holds from `valid_from` until before `valid_to`; `line` is its line in the file, else 0."""

    person: str
    role: Role
    unit_code: str = ""
    valid_from: date = date.min
    valid_to: date | None = None
    name: str = ""
    line: int = field(default=0, compare=False)

    def holds_on(self, day: date) -> bool:
        """Return whether the role is held on a day."""
        return self.valid_from <= day and (self.valid_to is None or day < self.valid_to)


@dataclass(frozen=True, slots=True)
class RoleProblem:
    """A line that grants nothing, with the reason: `code` names a text, `params` fill it. `line` is 0 for the file."""

    line: int
    code: str
    params: Mapping[str, str] = field(default_factory=dict)

    def words(self, lang: str) -> str:
        """Return the reason as a text in a language."""
        return say("people", self.code, lang, **self.params)

    def located(self, lang: str) -> str:
        """Return the reason with the line that it is about, if it is about one."""
        detail = self.words(lang)
        return say("people", "in_line", lang, line=self.line, detail=detail) if self.line else detail


@dataclass(frozen=True, slots=True)
class Roles:
    """All grants by person, and the lines that could not be read. Names of people are compared without case."""

    grants: Mapping[str, tuple[Grant, ...]] = field(default_factory=dict)
    problems: tuple[RoleProblem, ...] = ()

    def of(self, person: str, day: date) -> tuple[Grant, ...]:
        """Return the grants of a person on a day; () for an unknown person."""
        return tuple(grant for grant in self.grants.get(person.casefold(), ()) if grant.holds_on(day))

    def __iter__(self) -> Iterator[Grant]:
        return (grant for grants in self.grants.values() for grant in grants)


def load_roles(path: Path) -> Roles:
    """Return the roles file, read again after each change.

    A line with a mistake grants nothing and is among the problems; so is a missing or unreadable file.
    """
    try:
        stat = path.stat()
    except PermissionError:
        return _unreadable(path)
    except OSError:
        return Roles(problems=(RoleProblem(0, "no_file", {"path": str(path)}),))
    return _load(path, (stat.st_mtime_ns, stat.st_size, stat.st_ino))


@cached_by_programme(maxsize=16)
def _load(path: Path, _changed: tuple[int, int, int]) -> Roles:
    try:
        return _read(rows_by_column(path))
    except PermissionError:
        return _unreadable(path)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        return Roles(problems=(RoleProblem(0, "unreadable", {"detail": str(error)}),))


def _unreadable(path: Path) -> Roles:
    return Roles(problems=(RoleProblem(0, "not_permitted", {"path": str(path)}),))


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
    return Roles({person: tuple(held) for person, held in grants.items()}, tuple(problems))


def _grant(cells: Mapping[str, str], line: int, reference: Reference) -> Grant | RoleProblem:
    if not cells["person"]:
        return RoleProblem(line, "no_person")
    if cells["role"] not in [*Role]:
        return RoleProblem(line, "unknown_role", {"role": cells["role"], "known": ", ".join(Role)})
    role, unit = Role(cells["role"]), cells["unit_code"]
    known = {known_unit.unit_code for known_unit in reference.units}
    # A spreadsheet program that saves the file takes zeros off the start of codes.
    unit = code_of(unit, known) or unit
    if (role in UNIT_ROLES) != bool(unit) or (unit and unit not in known):
        code = "unit_needed" if role in UNIT_ROLES and not unit else "unit_unknown" if role in UNIT_ROLES else "no_unit"
        return RoleProblem(line, code, {"unit": unit, "role": role.value})
    days: dict[str, date | None] = {}
    for name in ("valid_from", "valid_to"):
        try:
            days[name] = _day(cells[name]) if cells[name] else None
        except ValueError:
            return RoleProblem(line, "not_a_day", {"column": name, "text": cells[name]})
    begin, end = days["valid_from"], days["valid_to"]
    # A role without a start date was never decided on.
    if begin is None or (end is not None and end <= begin):
        return RoleProblem(line, "days")
    return Grant(cells["person"], role, unit, begin, end, cells["name"], line)


def _day(text: str) -> date:
    """Return the day that a cell means. Raises ValueError.

    Spreadsheet programs with Vietnamese settings save 2026-07-01 as 01/07/2026; with American settings as 7/1/2026,
    which is refused because both orders are possible.
    """
    return datetime.strptime(text, "%d/%m/%Y").date() if _DAY_FIRST.fullmatch(text) else date.fromisoformat(text)


def unit_name(unit_code: str, day: date, lang: str) -> str:
    """Return the name of a unit on a day, else its latest name; an unknown unit's code."""
    reference = load_reference()
    ever = [unit for unit in reference.units if unit.unit_code == unit_code]
    unit = reference.unit(unit_code, day) or (ever[-1] if ever else None)
    if unit is None:
        return unit_code
    return unit.name_en if lang == "en" else unit.name_vi


def top_unit() -> str:
    """Return the code of the unit whose plan is monitored."""
    return load_reference().top.unit_code


@cached_by_programme(maxsize=2048)
def units_under(unit_code: str) -> frozenset[str]:
    """Return a unit and all units that were below it at any time."""
    return _under(load_reference(), unit_code)


@cached_by_programme(maxsize=2048)
def units_above(unit_code: str) -> frozenset[str]:
    """Return the units that a unit was below at any time, up to the top."""
    reference, codes = load_reference(), {unit_code}
    while new := {unit.parent_code for unit in reference.units if unit.unit_code in codes and unit.parent_code} - codes:
        codes |= new
    return frozenset(codes - {unit_code})


def _under(reference: Reference, unit_code: str) -> frozenset[str]:
    codes, newest = {unit_code}, {unit_code}
    while newest := {unit.unit_code for unit in reference.units if unit.parent_code in newest} - codes:
        codes |= newest
    return frozenset(codes)
