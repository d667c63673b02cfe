"""What a picture of rows, columns and states shows: the grid of targets, a district's wards, the work contents."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from app.core.status import in_order, sign_of, tone_of


class LateCount(NamedTuple):
    """How many of a unit's targets that can be judged are certainly late, how many `more` may be, and why in words."""

    late: int
    judged: int
    more: int = 0
    more_text: str = ""


@dataclass(frozen=True, slots=True)
class MatrixCell:
    """One cell: its state as a code and as a word, and the figure beside the sign (empty where there is none).

    `explanation` is the whole story, one fact a line; empty in pictures that cannot be asked. A cell that is not lit
    keeps sign and figure and loses its colour.
    """

    row_code: str
    column_code: str
    status: str
    figure: str
    word: str
    explanation: str = ""
    is_provisional: bool = False
    is_lit: bool = True

    @property
    def sign(self) -> str:
        """The sign of its state."""
        return sign_of(self.status)

    @property
    def tone(self) -> str:
        """The tone of its state."""
        return tone_of(self.status)

    @property
    def label(self) -> str:
        """Figure and state, for the text of a picture."""
        return f"{self.figure}% {self.word}" if self.figure else self.word


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """A named row of cells, None where nothing is expected; `code` is empty where it is not for reading.

    The first row of a group stands off from the one before.
    """

    key: str
    name: str
    full_name: str
    cells: tuple[MatrixCell | None, ...]
    code: str = ""
    is_first: bool = False


@dataclass(frozen=True, slots=True)
class MatrixColumn:
    """A column, the whole city or one below it; in the grid with how many of its targets are late."""

    key: str
    name: str
    full_name: str
    is_city: bool = False
    late: LateCount | None = None


@dataclass(frozen=True, slots=True)
class MatrixSpec:
    """Rows and columns in the order shown."""

    columns: tuple[MatrixColumn, ...]
    rows: tuple[MatrixRow, ...]

    @property
    def cells(self) -> list[MatrixCell]:
        """Every cell there is, row by row."""
        return [cell for row in self.rows for cell in row.cells if cell is not None]

    @property
    def statuses(self) -> list[str]:
        """The states that occur, in the order of legends."""
        return in_order(cell.status for cell in self.cells)

    @property
    def has_provisional(self) -> bool:
        """Whether a figure may still move."""
        return any(cell.is_provisional for cell in self.cells)

    def story(self) -> list[str]:
        """The picture in words, one line a row."""
        return [
            f"{row.code} {row.name}: ".lstrip()
            + "; ".join(
                f"{column.name} {cell.label}"
                for column, cell in zip(self.columns, row.cells, strict=True)
                if cell is not None
            )
            for row in self.rows
        ]
