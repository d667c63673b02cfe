"""Spec of a matrix of states, shared by the grid of targets, a district's wards, and the work contents."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from app.core.i18n import percent_sign
from app.core.status import in_order, sign_of, tone_of

# Units for which a matrix has room as columns; more are its rows.
MOST_COLUMNS = 30
# The longest figure for which columns of equal width have room, as "129/154". Least widths in em: of a percentage with
# its sign, which may be cramped; of the sign and a character of longer figures ("15.381/40.000"); of a letter of names.
LONGEST_FIGURE = 7
SHARE_EM, SIGN_EM, FIGURE_EM, WORD_EM = 3.46, 1.5, 0.5, 0.46


class LateCount(NamedTuple):
    """Number of a unit's judged targets that are certainly late, number that may be (`more`), and the reasons."""

    late: int
    judged: int
    more: int = 0
    more_text: str = ""


@dataclass(frozen=True, slots=True)
class MatrixCell:
    """Cell: its state as a code and as a word, and the figure beside the sign (empty without one).

    `explanation` is the full description, one fact per line; empty in non-interactive charts. A cell that is not
    highlighted keeps sign and figure without its colour.
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
        """Return the sign of its state."""
        return sign_of(self.status)

    @property
    def tone(self) -> str:
        """Return the tone of its state."""
        return tone_of(self.status)

    @property
    def label(self) -> str:
        """Return figure and state, for the text of a chart."""
        return f"{self.figure}{percent_sign(self.figure)} {self.word}" if self.figure else self.word


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """Named row of cells, None where nothing is expected; `code` is empty where it is not displayed.

    The first row of a group is set apart from the row before.
    """

    key: str
    name: str
    full_name: str
    cells: tuple[MatrixCell | None, ...]
    code: str = ""
    is_first: bool = False


@dataclass(frozen=True, slots=True)
class MatrixColumn:
    """Column of the whole city or a unit; in the grid with its number of late targets."""

    key: str
    name: str
    full_name: str
    is_city: bool = False
    late: LateCount | None = None


@dataclass(frozen=True, slots=True)
class MatrixSpec:
    """Rows and columns in display order."""

    columns: tuple[MatrixColumn, ...]
    rows: tuple[MatrixRow, ...]

    @property
    def has_long_figures(self) -> bool:
        """Return whether a figure needs more room than equal columns give: a cut one reads as another."""
        return any(len(cell.figure) > LONGEST_FIGURE for cell in self.cells)

    def widths(self, names: Sequence[str] = ()) -> list[float]:
        """Return the least width of each column in em, below `names` that are broken between words only."""
        columns = zip(*(row.cells for row in self.rows), strict=True)
        figures = (max((len(cell.figure) for cell in cells if cell), default=0) for cells in columns)
        words = (max(map(len, name.split()), default=0) for name in names or [""] * len(self.columns))
        widths = [
            max(SHARE_EM, SIGN_EM + FIGURE_EM * figure if figure > LONGEST_FIGURE else 0, WORD_EM * word)
            for figure, word in zip(figures, words, strict=True)
        ]
        return widths if self.has_long_figures else [max(widths, default=0)] * len(widths)

    @property
    def cells(self) -> list[MatrixCell]:
        """Return all cells, row by row."""
        return [cell for row in self.rows for cell in row.cells if cell is not None]

    @property
    def statuses(self) -> list[str]:
        """Return the states that occur, in the order of legends."""
        return in_order(cell.status for cell in self.cells)

    @property
    def has_provisional(self) -> bool:
        """Return whether a figure may still change."""
        return any(cell.is_provisional for cell in self.cells)

    def story(self) -> list[str]:
        """Return the chart as text, one line per row."""
        return [
            f"{row.code} {row.name}: ".lstrip()
            + "; ".join(
                f"{column.name} {cell.label}"
                for column, cell in zip(self.columns, row.cells, strict=True)
                if cell is not None
            )
            for row in self.rows
        ]
