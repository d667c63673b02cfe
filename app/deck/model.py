"""What a slide is made of. Every text is finished in the reader's language; every value is unrounded points."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal

from app.analysis.lateness import Lateness
from app.core.status import sign_of
from app.figures.line.spec import LineSpec
from app.figures.ranking.spec import Ranking

SlideKind = Literal[
    "cover", "followup", "promises", "completeness", "grid", "group", "districts", "corrections", "decisions", "close"
]


@dataclass(frozen=True, slots=True)
class Subject:
    """What a number or a row is about, so that it can be asked about and decided on: a unit, and one of its targets
    unless it is about the unit as a whole."""

    unit_code: str
    target_code: str = ""


@dataclass(frozen=True, slots=True)
class Lines:
    """A few sentences below each other."""

    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Tally:
    """How many units share a status, who they are, and those names that the slide has room for, else empty."""

    status: str
    word: str
    count: int
    names: tuple[str, ...] = ()
    names_text: str = ""


@dataclass(frozen=True, slots=True)
class Counts:
    """Big counts that add up to a whole."""

    items: tuple[Tally, ...]


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """One target: a status for each unit (None where nothing is expected), and how many are late."""

    name: str
    target_code: str
    statuses: tuple[str | None, ...]
    late: Lateness

    @property
    def count_text(self) -> str:
        """How many are certainly late, and how many more may be."""
        return f"{self.late.certain}" + (f" +{self.late.uncertain}" if self.late.uncertain else "")


@dataclass(frozen=True, slots=True)
class Matrix:
    """The grid without figures: targets as rows, units as columns."""

    corner: str
    columns: tuple[str, ...]
    unit_codes: tuple[str, ...]
    count_heading: str
    rows: tuple[MatrixRow, ...]
    legend: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Card:
    """One target: the city's figure, its limits and course, and how the units stand.

    `as_shown` is the sentence on a figure that was corrected since it was shown, else empty; `course` is None where
    fewer than two quarters have a value, `ranking` where there is no room for one.
    """

    subject: Subject
    name: str
    value: str
    status: str
    status_word: str
    lines: tuple[str, ...]
    as_shown: str
    course_title: str
    course: LineSpec | None
    tallies: tuple[Tally, ...]
    ranking: Ranking | None = None

    @property
    def has_figure(self) -> bool:
        """Whether the value is a number, and not the dash for none."""
        return any(letter.isdigit() for letter in self.value)


@dataclass(frozen=True, slots=True)
class Cards:
    """The targets of one group beside each other."""

    cards: tuple[Card, ...]


@dataclass(frozen=True, slots=True)
class Mark:
    """A cell with a sign: a status (or a state of work) and its word."""

    status: str
    text: str


@dataclass(frozen=True, slots=True)
class Topic:
    """A cell that says what its row is about."""

    text: str
    subject: Subject


Cell = str | Mark | Topic


def cell_text(cell: Cell) -> str:
    """The words of a cell."""
    return cell if isinstance(cell, str) else cell.text


def signed_text(cell: Cell) -> str:
    """The words of a cell, a state's behind its sign."""
    return f"{sign_of(cell.status)} {cell.text}" if isinstance(cell, Mark) else cell_text(cell)


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells below headings; `widths` are shares of the table's width in percent."""

    headings: tuple[str, ...]
    widths: tuple[int, ...]
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True, slots=True)
class FormSlot:
    """The place of a form, on the screen only. `name` is the form that stands there: `hold` or `minutes`."""

    name: str


Block = Lines | Counts | Matrix | Cards | Table | FormSlot


@dataclass(frozen=True, slots=True)
class Slide:
    """One slide: the finding as its title, what shows it, what the speaker should know, what it rests on.

    `beside` stands behind the title in smaller letters: how many more may be late, and why that is not certain.
    `subject` is what a decision taken on it is about unless one of its numbers is pointed at.
    """

    kind: SlideKind
    title: str
    blocks: tuple[Block, ...]
    notes: tuple[str, ...]
    source: str
    eyebrow: str = ""
    subject: Subject | None = None
    beside: str = ""


@dataclass(frozen=True, slots=True)
class Deck:
    """A whole review. `label` says that the data are a sample, `past` that an earlier review is looked at."""

    meeting: str
    period_code: str
    version: str
    as_of: dt.date
    label: str
    past: str
    slides: tuple[Slide, ...]
