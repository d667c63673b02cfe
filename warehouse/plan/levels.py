"""Levels of units of the plan in force: their order, their names, and what each is to reports and pages.

The top level has the unit whose plan it is, the base level those that make up the whole (communes). Between them are
reading levels (districts, areas, provinces), which pages compare, and groupings of these (regions).
"""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from warehouse.plan.seeds import seeds_dir
from warehouse.programmes import cached_by_programme
from warehouse.settings import SettingsError

FILE, UNITS = "unit_levels.csv", "units.csv"
_ANSWERS = {"true": True, "false": False}


@dataclass(frozen=True, slots=True)
class UnitLevel:
    """A level of units, `rank` counted from the top. Levels of one rank follow each other in time.

    Units of a level without authority report nothing; those of a reading level are compared by pages.
    """

    unit_level: str
    rank: int
    is_authority: bool
    is_reading_level: bool
    name_vi: str
    name_en: str
    names_en: str

    def noun(self, lang: str) -> str:
        """Return the noun as a template of the text catalogues: of one unit, and of `{count}`."""
        return self.name_vi if lang == "vi" else f"{{count|{self.name_en}|{self.names_en}}}"


@dataclass(frozen=True, eq=False)  # by identity, so that caches can be keyed by it
class Levels(Mapping[str, UnitLevel]):
    """The levels of a plan by code, the highest first."""

    by_code: Mapping[str, UnitLevel]

    def __getitem__(self, code: str) -> UnitLevel:
        return self.by_code[code]

    def __iter__(self) -> Iterator[str]:
        return iter(self.by_code)

    def __len__(self) -> int:
        return len(self.by_code)

    @cached_property
    def top(self) -> str:
        """Return the code of the level of the unit whose plan it is."""
        return min(self.by_code.values(), key=lambda level: level.rank).unit_level

    @cached_property
    def base(self) -> str:
        """Return the code of the lowest level."""
        return max(self.by_code.values(), key=lambda level: level.rank).unit_level

    @cached_property
    def middle(self) -> tuple[str, ...]:
        """Return the codes of the reading levels between the top and the base."""
        ends = (self.top, self.base)
        return tuple(code for code, level in self.by_code.items() if level.is_reading_level and code not in ends)

    @cached_property
    def groupings(self) -> tuple[str, ...]:
        """Return the codes of the levels that group units of a reading level."""
        others = (self.top, self.base, *self.middle)
        return tuple(code for code in self.by_code if code not in others)

    @cached_property
    def readable(self) -> tuple[str, ...]:
        """Return the codes of the reading levels."""
        return (*self.middle, self.base)

    @cached_property
    def tiers(self) -> tuple[str, ...]:
        """Return one level for each tier, the highest first: of those read in each other's place the authority."""
        return tuple(dict.fromkeys(self.tier(code) for code in self.by_code))

    def tier(self, code: str) -> str:
        """Return the level that represents a level and those read in its place; an unknown level represents itself."""
        alike = self.tier_of(code)
        return next((other for other in sorted(alike) if other in self and self[other].is_authority), min(alike))

    def tier_of(self, code: str) -> tuple[str, ...]:
        """Return a level and those of its rank that are read in its place at other times, itself first."""
        own = self.by_code.get(code)
        if own is None:
            return (code,)
        alike = (
            other.unit_level
            for other in self.by_code.values()
            if (other.rank, other.is_reading_level) == (own.rank, own.is_reading_level)
        )
        return tuple(dict.fromkeys((code, *alike)))


def read_levels(folder: Path) -> Levels:
    """Return the levels of a folder of seeds. Raises SettingsError that locates a bad cell."""
    path = folder / FILE
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        known = []
        for row in reader:
            try:
                known.append(_level(row))
            except (KeyError, ValueError) as error:
                raise SettingsError(f"{FILE} line {reader.line_num}: {error}") from error
    return Levels({level.unit_level: level for level in sorted(known, key=lambda level: level.rank)})


@cached_by_programme()
def levels() -> Levels:
    """Return the levels of the plan in force."""
    return read_levels(seeds_dir())


@cached_by_programme()
def levels_in_use() -> tuple[UnitLevel, ...]:
    """Return the levels of which the plan in force has units, the highest first."""
    with (seeds_dir() / UNITS).open(encoding="utf-8-sig", newline="") as file:
        used = {row["unit_level"] for row in csv.DictReader(file)}
    return tuple(level for level in levels().values() if level.unit_level in used)


def _level(row: Mapping[str, str]) -> UnitLevel:
    return UnitLevel(
        unit_level=row["unit_level"],
        rank=int(row["rank"]),
        is_authority=_ANSWERS[row["is_authority"]],
        is_reading_level=_ANSWERS[row["is_reading_level"]],
        name_vi=row["name_vi"],
        name_en=row["name_en"],
        names_en=row["names_en"],
    )
