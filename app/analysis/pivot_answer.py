"""The answer of a pivot as a table: headings, rows with their name, cells and total, and why cells are empty."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from math import isnan

from app.analysis.pivot_grid import Grid
from app.analysis.pivot_question import SHARE_COLUMN, SHARE_ROW, VALUE
from app.analysis.pivot_text import ABSENT, Figure, cell_text
from app.analysis.pivot_view import View
from app.core.i18n import words
from app.core.reader import Reader
from app.queries import pivot
from app.records.pivot import PERIOD, YEAR, Cell, Key

Figures = Mapping[tuple[str | None, Key], Figure]


@dataclass(frozen=True, slots=True)
class Lines:
    """A table: headings; rows of a name and figures, the first one the totals of the columns if `has_total`."""

    headings: tuple[str, ...]
    rows: tuple[tuple[str | Figure, ...], ...]
    has_total: bool

    def reasons(self, row: Sequence[str | Figure]) -> str:
        """Return why cells of a row have no number; once where it is the same for all of them."""
        reasons = {
            heading: cell.text
            for heading, cell in zip(self.headings, row, strict=True)
            if isinstance(cell, Figure) and isnan(cell) and cell.text != ABSENT
        }
        if len(reasons) > 1 and len(set(reasons.values())) == 1:
            return next(iter(reasons.values()))
        return "; ".join(f"{heading}: {reason}" for heading, reason in reasons.items())

    def empty_in(self, place: int) -> str | None:
        """Return how many cells of a column are empty, by reason; None where none is."""
        return empty_text(row[place] for row in self.rows) or None


def empty_text(cells: Iterable[str | Figure]) -> str:
    """Return how many cells have no number, by reason; empty where all have one."""
    reasons = Counter(cell.text for cell in cells if isinstance(cell, Figure) and isnan(cell) and cell.text != ABSENT)
    counts = [words("explore.pivot_reason_count", reason=text, count=count) for text, count in reasons.most_common()]
    return words("explore.pivot_empty", reasons=words.listed(counts)) if counts else ""


class Names:
    """Names of rows and columns of a view."""

    def __init__(self, view: View) -> None:
        self._codes = [view.axes.codes[name] for name in view.question.axes]
        self.heading = view.axes.titles[view.question.axes[0]]
        self.total = words("explore.pivot_total")

    def of(self, place: int, code: str | None) -> str:
        """Return the name of a code of the axis at a place."""
        return self._codes[place].get(code or "", code or words("explore.pivot_above"))

    def heading_of(self, place: int, key: Key) -> str:
        """Return the name of a column on one axis; empty without that axis."""
        return self.of(place, key[place - 1]) if len(key) >= place else ""

    def column(self, key: Key) -> str:
        """Return the heading of a column."""
        names = [self.of(place, code) for place, code in enumerate(key, start=1)]
        return " · ".join(names) or words("explore.pivot_value_heading")


def figures_of(view: View, answer: Grid) -> dict[tuple[str | None, Key], Figure]:
    """Return what each cell of the grid shows, by row and column."""
    return {
        (row, key): _shown(view, answer, answer.cells.get((row, key)), answer.row_totals.get(row), key)
        for row, key in product(answer.rows, answer.columns)
    }


def lines_of(view: View, answer: Grid, figures: Figures, names: Names) -> Lines:
    """Return the totals of the columns if there are any, then rows with their name, cells and total."""
    rows: list[tuple[str | Figure, ...]] = []
    if answer.column_totals:
        cells = [_column_total(view, answer, key) for key in answer.columns]
        rows.append((names.total, *cells, *([_plain(view, answer.total)] if answer.row_totals else [])))
    for row in answer.rows:
        whole = answer.row_totals.get(row)
        cells = [figures[row, key] for key in answer.columns]
        rows.append((names.of(0, row), *cells, *([_plain(view, whole)] if answer.row_totals else [])))
    return Lines(tuple(headings_of(answer, names)), tuple(rows), bool(answer.column_totals))


def headings_of(answer: Grid, names: Names) -> list[str]:
    """Return the headings, each repetition with a number: a column is found by its name."""
    headings = [names.heading, *map(names.column, answer.columns), *([names.total] if answer.row_totals else [])]
    seen: dict[str, int] = {}
    found = []
    for heading in headings:
        seen[heading] = seen.get(heading, 0) + 1
        found.append(heading if seen[heading] == 1 else f"{heading} ({seen[heading]})")
    return found


def caption_of(reader: Reader, view: View, answer: Grid) -> str:
    """Return what the numbers are, how many rows there are, and what is left out of them."""
    lines = [unit_text(view)]
    lines.append(
        words("explore.pivot_rows_shown", number=words.number(len(answer.rows)), all=words.number(answer.row_count))
    )
    if not view.subject.adds_up_over_time and PERIOD not in view.question.axes and len(view.question.periods) > 1:
        lines.append(_which_period(view))
    if any(cell.is_partial for cell in answer.cells.values()):
        lines.append(words("explore.pivot_partial"))
    if view.is_change:
        lines.append(words("explore.pivot_change_note"))
    if reader.viewer.readable_units is not None:
        lines.append(words("explore.pivot_some_units"))
    if pivot.is_of_published_rows(reader, view.question):
        lines.append(words("explore.pivot_published_rows"))
    return " ".join(lines)


def unit_text(view: View) -> str:
    """Return what the cells count."""
    if view.subject.target and view.question.is_amount:
        things = words.of(view.subject.target, "counted").split("|")[-1]
        return words("explore.pivot_unit_amount", things=things, window=words(f"window.{view.question.window}"))
    if view.subject.target:
        return words("explore.pivot_unit_target", window=words(f"window.{view.question.window}"))
    if view.question.per:
        return words("explore.pivot_unit_ratio")
    is_answer = view.subject.measures[0].data_type == "code"
    unit = words("explore.pivot_unit_yes") if is_answer else words.of(view.subject.measures[0], "unit")
    return words("explore.pivot_unit", unit=unit)


def _which_period(view: View) -> str:
    """Return of which period the cells are, where numbers of several periods are not added up."""
    is_first = any(one.window_rule == "start" for one in view.subject.measures)
    if YEAR in view.question.axes:
        return words("explore.pivot_first_of_year" if is_first else "explore.pivot_last_of_year")
    return words("explore.pivot_last_period", period=words.period(view.question.periods[0 if is_first else -1]))


def _value(view: View, answer: Grid, cell: Cell | None, whole: Cell | None, key: Key) -> float | None:
    if cell is None:
        return None
    if view.is_change:
        return cell.change
    if view.shown == SHARE_ROW:
        return _share(cell, whole)
    if view.shown == SHARE_COLUMN:
        return _share(cell, answer.column_totals.get(key))
    return cell.value


def _share(cell: Cell, whole: Cell | None) -> float | None:
    if cell.value is None or whole is None or not whole.value:
        return None
    return 100.0 * cell.value / whole.value


def _shown(view: View, answer: Grid, cell: Cell | None, whole: Cell | None, key: Key) -> Figure:
    value = _value(view, answer, cell, whole, key)
    return Figure(value, cell_text(cell, value, view.shown, view.question))


def _plain(view: View, cell: Cell | None) -> Figure:
    """Return a row's total: of a change or share, the number itself."""
    value = cell.value if cell else None
    return Figure(value, cell_text(cell, value, VALUE, view.question))


def _column_total(view: View, answer: Grid, key: Key) -> Figure:
    cell = answer.column_totals.get(key)
    if view.shown in (SHARE_ROW, SHARE_COLUMN):
        return _plain(view, cell)
    value = _value(view, answer, cell, None, key)
    return Figure(value, cell_text(cell, value, view.shown, view.question))
