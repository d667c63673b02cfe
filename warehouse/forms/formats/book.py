"""Sheets of a file as plain grids, the same for every kind of file."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from warehouse.forms.formats.beside import BesideText
from warehouse.forms.problems import Problem

Grid = list[list[Any]]
Place = tuple[int, int]  # row and column, counted from 0

XLSX, XLSM, XLS, ODS, CSV, PARQUET = "xlsx", "xlsm", "xls", "ods", "csv", "parquet"
# The first bytes of a report as columns, which only commands read.
PARQUET_SIGNATURE = b"PAR1"

# The widest form has some twenty columns and a few hundred rows; AZ9999 is far beyond. A parser lays a sheet out as a
# full rectangle, so one cell far out would take all memory.
MAX_ROWS = 9_999
MAX_COLUMNS = 52
# A report has some thousands of cells.
MAX_FILLED = 100_000


@dataclass(frozen=True)
class Sheet:
    """A sheet's cells from A1 on: rows of equal length, "" for an empty cell, and what a grid cannot show.

    A cell is str, int, float, bool, date, datetime, time or timedelta; a CSV's cells are all str.
    """

    name: str
    grid: Grid
    is_hidden: bool = False
    merged: tuple[tuple[int, int, int, int], ...] = ()  # top, left, bottom, right; counted from 0, all inside
    errors: Mapping[Place, str] = field(default_factory=dict)  # cells that show #REF! …, which is known; "" in the grid
    uncomputed: tuple[Place, ...] = ()  # formulas saved without their result; "" in the grid
    percents: frozenset[Place] = frozenset()  # cells that show 0.5 as 50 %
    hidden_rows: frozenset[int] = frozenset()  # counted from 0, like columns
    hidden_columns: frozenset[int] = frozenset()


@dataclass
class Signs:
    """Signs read from a sheet's container beyond what the parser returns; fields as in `Sheet`."""

    errors: dict[Place, str] = field(default_factory=dict)
    uncomputed: list[Place] = field(default_factory=list)
    percents: set[Place] = field(default_factory=set)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)

    def hide_rows(self, first: int, count: int) -> None:
        """Add hidden rows, as far as a form may reach."""
        self.hidden_rows.update(range(first, min(first + count, MAX_ROWS)))

    def hide_columns(self, first: int, count: int) -> None:
        """Add hidden columns, as far as a form may reach."""
        self.hidden_columns.update(range(first, min(first + count, MAX_COLUMNS)))


@dataclass(frozen=True)
class Book:
    """Content of a file. Without sheets it cannot be read and `problems` say why; with sheets, they are about cells.

    `kind` is the actual kind of the file (xlsx, xlsm, xls, ods, csv, parquet); None if it is none of these.
    """

    kind: str | None = None
    sheets: tuple[Sheet, ...] = ()
    problems: tuple[Problem, ...] = ()
    remarks: tuple[Problem, ...] = ()
    beside: tuple[BesideText, ...] = ()  # texts outside the values of cells, to be searched like them


class UnreadableFileError(Exception):
    """The file cannot be opened; `problem` holds the reason."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.rule_code)
        self.problem = problem


def refuse(rule: str, sheet: str | None = None, cell: str | None = None, **params: str) -> UnreadableFileError:
    """Return the refusal of a whole file by `rule`, to be raised."""
    return UnreadableFileError(Problem(rule, sheet, cell, params=params))


def is_far(row: int, column: int) -> bool:
    """Return whether a place, counted from 0, is beyond every form."""
    return row >= MAX_ROWS or column >= MAX_COLUMNS
