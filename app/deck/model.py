"""Model of slides. Every text is complete, in the page's language; every value is unrounded points."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal

from app.analysis.lateness import Lateness
from app.core.status import sign_of
from app.figures.bridge.spec import BridgeSpec
from app.figures.line.spec import LineSpec
from app.figures.ranking.spec import Ranking
from app.figures.ranking.strip import UnitStrip
from app.figures.view_chart.spec import DotChart, ViewChart

SlideKind = Literal[
    "cover",
    "followup",
    "promises",
    "support",
    "completeness",
    "agenda",
    "topic",
    "grid",
    "group",
    "bridge",
    "districts",
    "corrections",
    "decisions",
    "close",
    "pinned",
]


@dataclass(frozen=True, slots=True)
class Subject:
    """Subject of a number or a row, for questions and decisions.

    It is a unit, and one of its targets unless it is the unit as a whole.
    """

    unit_code: str
    target_code: str = ""


@dataclass(frozen=True, slots=True)
class Lines:
    """Sentences below each other."""

    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Tally:
    """Number of units with a status, and their names; the names that fit the slide, else empty."""

    status: str
    word: str
    count: int
    names: tuple[str, ...] = ()
    names_text: str = ""


@dataclass(frozen=True, slots=True)
class Counts:
    """Large counts that add up to a whole."""

    items: tuple[Tally, ...]


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """Target: a status for each unit (None where nothing is expected), and the number of late units."""

    name: str
    target_code: str
    statuses: tuple[str | None, ...]
    late: Lateness

    @property
    def count_text(self) -> str:
        """Return how many are certainly late, and how many more may be."""
        return f"{self.late.certain}" + (f" +{self.late.uncertain}" if self.late.uncertain else "")


@dataclass(frozen=True, slots=True)
class Matrix:
    """Grid without figures: targets as rows, units as columns."""

    corner: str
    columns: tuple[str, ...]
    unit_codes: tuple[str, ...]
    count_heading: str
    rows: tuple[MatrixRow, ...]
    legend: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Card:
    """Target: the city's figure, its limits and series, and the units' results.

    `as_shown` is a sentence on a figure that was corrected since it was shown, else empty; `series` is None where fewer
    than two quarters have a value, `ranking` where there is no room for it; `strip` then shows the units without names,
    and `names` lists areas that are certainly late.
    """

    subject: Subject
    name: str
    value: str
    status: str
    status_word: str
    lines: tuple[str, ...]
    as_shown: str
    series_title: str
    series: LineSpec | None
    tallies: tuple[Tally, ...]
    ranking: Ranking | None = None
    strip: UnitStrip | None = None
    names: str = ""

    @property
    def has_figure(self) -> bool:
        """Return whether the value is a number, not a dash."""
        return any(letter.isdigit() for letter in self.value)


@dataclass(frozen=True, slots=True)
class Cards:
    """Targets of one group side by side."""

    cards: tuple[Card, ...]


@dataclass(frozen=True, slots=True)
class Mark:
    """Cell with a sign: a status (or a state of an action) and its word."""

    status: str
    text: str


@dataclass(frozen=True, slots=True)
class Topic:
    """Cell that names the subject of its row."""

    text: str
    subject: Subject


@dataclass(frozen=True, slots=True)
class Anchor:
    """Cell that links to a page of the app; in files its text only."""

    text: str
    href: str


Cell = str | Mark | Topic | Anchor


def cell_text(cell: Cell) -> str:
    """Return the text of a cell."""
    return cell if isinstance(cell, str) else cell.text


def signed_text(cell: Cell) -> str:
    """Return the text of a cell, preceded by its sign if it is a state."""
    return f"{sign_of(cell.status)} {cell.text}" if isinstance(cell, Mark) else cell_text(cell)


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells below headings; `widths` are shares of the table's width in percent."""

    headings: tuple[str, ...]
    widths: tuple[int, ...]
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True, slots=True)
class Picture:
    """Chart of a pinned view."""

    chart: ViewChart | DotChart


@dataclass(frozen=True, slots=True)
class BridgeBlock:
    """Bars from an earlier figure to a later one."""

    spec: BridgeSpec


@dataclass(frozen=True, slots=True)
class FormSlot:
    """Position of a form, on screen only. `name` is the form: `hold` or `minutes`."""

    name: str


Block = Lines | Counts | Matrix | Cards | Table | Picture | BridgeBlock | FormSlot


@dataclass(frozen=True, slots=True)
class Slide:
    """Slide: a finding as its title, its blocks, speaker notes, the source.

    `beside` is small text after the title: how many more may be late, and why this is not certain. `subject` is that of
    a decision taken on the slide unless one of its numbers is selected. `key` is the key that leads to the slide.
    `topic` is the code of the topic that the slide is about; `dropped` are those that it can bring back, code and name.
    """

    kind: SlideKind
    title: str
    blocks: tuple[Block, ...]
    notes: tuple[str, ...]
    source: str
    eyebrow: str = ""
    subject: Subject | None = None
    beside: str = ""
    key: str = ""
    topic: str = ""
    dropped: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Deck:
    """Complete review. `label` marks sample data, `past` an earlier review."""

    meeting: str
    period_code: str
    version: str
    as_of: dt.date
    label: str
    past: str
    slides: tuple[Slide, ...]
