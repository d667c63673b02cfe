"""Reads the sample's workbooks and the list of units with python-calamine and csv alone.

Nothing here comes from the product: this is the second pair of eyes that the golden figures need. What a cell means
was read off the workbook itself (codes stand in row 6, figures below) and off `docs/methodology.md`.
"""

import csv
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from python_calamine import CalamineWorkbook

SUMS = ("region", "area")  # levels that report nothing and are sums of what lies in them
REFORM = date(2025, 7, 1)  # districts end, and communes report for themselves
UNITS_FILE = Path(__file__).parents[2] / "dbt_project" / "seeds" / "units.csv"
SUCCESSORS_FILE = UNITS_FILE.with_name("unit_successors.csv")
COVER_SHEET, CODE_ROW = 1, 6
TOTAL_ROW = "total"
YES_NO_SHEETS, TASK_SHEET = ("B2", "B3"), "B8"
NOT_COUNTS = ("unit_code", "unit_name", "establishment_type", "decision_number", "decision_date")
YES = "Có"
REJECTED = "rejected"

Cells = dict[tuple[str, str], int]


# Each is read once and looked up millions of times: it equals itself alone.
@dataclass(frozen=True, eq=False)
class Unit:
    """A unit while one version of it was valid; `valid_to` is the first day on which it no longer is."""

    code: str
    valid_from: date
    valid_to: date | None
    level: str
    parent: str
    is_rural: bool

    def is_valid_on(self, day: date) -> bool:
        """Whether the unit existed on `day`."""
        return self.valid_from <= day and (self.valid_to is None or day < self.valid_to)

    @property
    def reporter(self) -> str | None:
        """Code of whoever sends its numbers: a ward's district until June 2025, else the unit; None of mere sums."""
        if self.level in SUMS:
            return None
        return self.parent if self.level == "ward" and self.valid_from < REFORM else self.code


@dataclass(frozen=True)
class Succession:
    """A unit and one that took it, or a part of it, over."""

    old_code: str
    old_valid_from: date
    new_code: str
    new_valid_from: date
    is_main: bool  # most of the old unit went there
    is_whole: bool  # all of it did


@dataclass
class Sent:
    """What reporters sent: per (reporter, period) the cells of the version that counts, or REJECTED."""

    reports: dict[tuple[str, str], Cells | str] = field(default_factory=dict)
    versions: dict[tuple[str, str], int] = field(default_factory=dict)


@cache
def last_day(period: str) -> date:
    """The last day of a quarter such as 2021Q3."""
    year, quarter = int(period[:4]), int(period[5])
    return date(year + quarter // 4, quarter % 4 * 3 + 1, 1) - timedelta(days=1)


def first_day(period: str) -> date:
    """Return the first day of a quarter such as 2021Q3."""
    return date(int(period[:4]), int(period[5]) * 3 - 2, 1)


def due_date(period: str) -> date:
    """The 15th of the month after the quarter."""
    return last_day(period) + timedelta(days=15)


def read_units() -> list[Unit]:
    """Every unit of the seed list with its validity."""
    with UNITS_FILE.open(encoding="utf-8", newline="") as file:
        return [
            Unit(
                row["unit_code"],
                date.fromisoformat(row["valid_from"]),
                date.fromisoformat(row["valid_to"]) if row["valid_to"] else None,
                row["unit_level"],
                row["parent_code"],
                row["unit_type"] in ("huyen", "xa", "thi_tran"),
            )
            for row in csv.DictReader(file)
        ]


def read_successors() -> list[Succession]:
    """Every line of the seed list of mergers."""
    with SUCCESSORS_FILE.open(encoding="utf-8", newline="") as file:
        return [
            Succession(
                row["old_code"],
                date.fromisoformat(row["old_valid_from"]),
                row["new_code"],
                date.fromisoformat(row["new_valid_from"]),
                row["is_main"] == "true",
                row["is_whole"] == "true",
            )
            for row in csv.DictReader(file)
        ]


def read_sent(folder: Path, units: Iterable[Unit]) -> Sent:
    """Read every workbook below `folder` in the order in which the office received them.

    A workbook that was filled in for another unit than its cover names is refused, as is one with a broken count.
    """
    sent = Sent()
    units = list(units)
    files = {path.name: path for path in folder.glob("**/*.xlsx")}
    with (folder / "received.csv").open(encoding="utf-8", newline="") as file:
        arrivals = sorted(
            (datetime.fromisoformat(row["received_at"]), row["file_name"]) for row in csv.DictReader(file)
        )
    for key, cells in (read_workbook(files[name]) for _, name in arrivals):
        if cells is None or not {code for code, _ in cells} <= reported_by(units, *key):
            sent.reports.setdefault(key, REJECTED)
        else:
            sent.reports[key] = cells
            sent.versions[key] = sent.versions.get(key, 0) + 1
    return sent


def reported_by(units: Iterable[Unit], reporter: str, period: str) -> set[str]:
    """Codes of the units that a reporter speaks for in a quarter; none for one that is no reporter then."""
    day = last_day(period)
    return {unit.code for unit in units if unit.reporter == reporter and unit.is_valid_on(day)}


def read_workbook(path: Path) -> tuple[tuple[str, str], Cells | None]:
    """(reporter, period) and the cells by (unit, measure); None for the cells when a count is not a whole number.

    Rows of establishment types are added up; an empty cell is left out, and a zero is kept.
    """
    book = CalamineWorkbook.from_path(str(path))
    sheets = [(name, book.get_sheet_by_name(name).to_python(skip_empty_area=False)) for name in book.sheet_names]
    cover = {row[0]: row[2] for row in sheets[0][1] if row[0]}
    cells: Cells = {}
    is_whole = True
    for name, rows in sheets[COVER_SHEET:]:
        if name.startswith(TASK_SHEET):
            continue
        is_answers = name.startswith(YES_NO_SHEETS)
        for unit, measure, given in _given(rows[CODE_ROW - 1 :]):
            value = int(given == YES) if is_answers and isinstance(given, str) else given
            if isinstance(value, str) or value != int(value):
                is_whole = False
            else:
                cells[unit, measure] = cells.get((unit, measure), 0) + int(value)
    return (str(cover["reporter_code"]), str(cover["period_code"])), cells if is_whole else None


def _given(rows: Sequence[Sequence[Any]]) -> Iterator[tuple[str, str, Any]]:
    """(unit, measure, value) of each filled cell; the fine in million VND is money and no count, and is left out."""
    codes = rows[0]
    for row in rows[1:]:
        if row[0] == TOTAL_ROW:
            continue
        for measure, value in zip(codes, row, strict=True):
            if value != "" and measure not in NOT_COUNTS and measure != "fine_vnd_million":
                yield str(row[0]), str(measure), value
