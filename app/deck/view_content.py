"""What a slide shows of a pinned view: sentences, and a table or chart of as much as can be read in a room."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import isnan

from app.analysis import correlation, pivot_answer
from app.analysis.pairs import Axes, Candidate, Pair
from app.analysis.pivot_answer import Names
from app.analysis.pivot_grid import Grid
from app.analysis.pivot_text import Figure
from app.analysis.pivot_view import AREA, BAR, LINE, View
from app.analysis.relation_view import UNITS
from app.analysis.view_facts import Facts, PivotFacts, RelationFacts
from app.core.i18n import words
from app.deck.model import Block, Lines, Picture, Table
from app.figures.view_chart import spec as view_chart
from app.figures.view_chart.spec import (
    MOST_BAR_SERIES,
    MOST_BARS,
    MOST_LINES,
    DotChart,
    Mark,
    MarkSeries,
    Spot,
    ViewChart,
)
from app.records.own_sql import FirstRows
from app.records.pivot import TIMES
from app.ui import relation_text

# Rows and columns of a table that fit a slide with letters of 24 units.
MOST_ROWS, MOST_COLUMNS = 8, 5
NAME_WIDTH = 34
LONGEST_CELL = 60


@dataclass(frozen=True, slots=True)
class ViewContent:
    """Sentences on what is shown and what is left out, and a table or chart; neither where there is nothing to show."""

    lines: tuple[str, ...]
    block: Block | None = None

    @property
    def blocks(self) -> tuple[Block, ...]:
        """Return the parts of a slide."""
        return (Lines(self.lines), *([self.block] if self.block else []))


def view_content(facts: Facts | str) -> ViewContent:
    """Return the content of the facts of a view, or of the sentence that there are none."""
    if isinstance(facts, str):
        return ViewContent((facts,))
    if isinstance(facts, FirstRows):
        return _query(facts)
    content = _pivot(facts) if isinstance(facts, PivotFacts) else _relation(facts)
    if not facts.unknown:
        return content
    said = words("views.unknown_on_slide", values=words.listed(facts.unknown))
    return replace(content, lines=(said, *content.lines))


def _pivot(facts: PivotFacts) -> ViewContent:
    view, answer = facts.view, facts.answer
    names, figures = Names(view), pivot_answer.figures_of(view, answer)
    periods = view.question.periods
    since = words("views.since", first=words.period(periods[0]), last=words.period(periods[-1]))
    about = f"{view.subject.title}. {since}. {pivot_answer.unit_text(view)}"
    if view.picture == BAR:
        return _bars(view, answer, figures, names, about)
    if view.picture in (LINE, AREA):
        return _lines(view, answer, figures, names, about)
    return _table(view, answer, figures, names, about)


def _table(view: View, answer: Grid, figures: pivot_answer.Figures, names: Names, about: str) -> ViewContent:
    lines = pivot_answer.lines_of(view, answer, figures, names)
    # The newest periods are the last columns, the total is beyond them.
    first = max(1, len(lines.headings) - MOST_COLUMNS)
    places = [0, *range(first, len(lines.headings))]
    rows = lines.rows[: MOST_ROWS + lines.has_total]
    width = (100 - NAME_WIDTH) // (len(places) - 1)
    table = Table(
        tuple(lines.headings[place] for place in places),
        (100 - width * (len(places) - 1), *[width] * (len(places) - 1)),
        tuple(tuple(_text(row[place]) for place in places) for row in rows),
    )
    left_out = _left_out(len(rows) - lines.has_total, answer.row_count, len(places) - 1, len(lines.headings) - 1)
    cells = [row[place] for row in rows for place in places]
    return ViewContent(_said(about, left_out, _marked(cells)), table)


def _bars(view: View, answer: Grid, figures: pivot_answer.Figures, names: Names, about: str) -> ViewContent:
    keys = answer.columns[-MOST_BAR_SERIES:]
    rows = answer.rows[: min(view_chart.MOST_ROWS, MOST_BARS // len(keys))]
    series = [MarkSeries(names.column(key), tuple(_mark(figures[row, key]) for row in rows)) for key in keys]
    chart = ViewChart("bars", tuple(names.of(0, row) for row in rows), tuple(series), about, _unit(view))
    left_out = _left_out(len(rows), answer.row_count, len(keys), len(answer.columns))
    cells = [figures[row, key] for row in rows for key in keys]
    return _drawn(chart, about, left_out, cells)


def _lines(view: View, answer: Grid, figures: pivot_answer.Figures, names: Names, about: str) -> ViewContent:
    """Return lines over time, which is down or across."""
    if view.question.axes[0] in TIMES:
        places = [names.of(0, row) for row in answer.rows]
        every = [(names.column(key), [figures[row, key] for row in answer.rows]) for key in answer.columns]
    else:
        places = [names.column(key) for key in answer.columns]
        every = [(names.of(0, row), [figures[row, key] for key in answer.columns]) for row in answer.rows]
    kept = every[:MOST_LINES]
    series = tuple(MarkSeries(name, tuple(map(_mark, found))) for name, found in kept)
    chart = ViewChart("lines", tuple(places), series, about, _unit(view))
    left_out = words("views.first_lines", number=len(kept), all=len(every)) if len(kept) < len(every) else ""
    return _drawn(chart, about, left_out, [cell for _, found in kept for cell in found])


def _drawn(chart: ViewChart, about: str, left_out: str, cells: Sequence[str | Figure]) -> ViewContent:
    said = _said(about, left_out, _marked(cells))
    if all(mark.value is None for one in chart.series for mark in one.marks):
        return ViewContent((*said, words("explore.pivot_nothing_to_draw")))
    return ViewContent(said, Picture(chart))


def _marked(cells: Sequence[str | Figure]) -> str:
    """Return what the marks beside numbers mean, and why cells are empty."""
    partial = words("explore.pivot_partial_short") if any(_text(cell).endswith("*") for cell in cells) else ""
    return " ".join(filter(None, (partial, pivot_answer.empty_text(cells))))


def _said(*parts: str) -> tuple[str, ...]:
    return (" ".join(part for part in parts if part),)


def _left_out(rows: int, all_rows: int, columns: int, all_columns: int) -> str:
    parts = [words("views.first_rows_of", number=rows, all=all_rows)] if rows < all_rows else []
    parts += [words("views.last_columns_of", number=columns, all=all_columns)] if columns < all_columns else []
    return " ".join(parts)


def _mark(cell: Figure) -> Mark:
    return Mark(None if isnan(cell) else float(cell), cell.text)


def _unit(view: View) -> str:
    return " %" if view.is_percent else ""


def _text(cell: str | Figure) -> str:
    return cell.text if isinstance(cell, Figure) else cell


def _relation(facts: RelationFacts) -> ViewContent:
    axes, pairs = facts.axes, facts.pairs
    window = words(f"window.{facts.choice.window}")
    if facts.choice.view == UNITS:
        said = relation_text.across_units(pairs, facts.method, axes) if pairs else words("explore.pairs_none")
        about = f"{words.period(facts.choice.period.period_code)}, {window}."
        unlike = correlation.unlike(*relation_text.values(pairs), facts.method) if pairs else []
        labelled = {pairs[place].x.unit_code for place in unlike} | {facts.marked}
        labels = [facts.names[pair.x.unit_code] if pair.x.unit_code in labelled else "" for pair in pairs]
    else:
        said = relation_text.over_time(facts.recent, facts.method, axes) if pairs else words("explore.pairs_none")
        about = f"{facts.names[facts.marked]}, {window}."
        labels = [words.short_period(pair.x.period_code) for pair in pairs]
    return _related(facts.found, pairs, labels, (about, said), axes, facts.choice.view)


def _related(
    found: Sequence[Candidate],
    pairs: Sequence[Pair],
    labels: Sequence[str],
    said: tuple[str, str],
    axes: Axes,
    of: str,
) -> ViewContent:
    lines = _said(said[0], relation_text.counted(found, of if of == UNITS else "periods"), said[1])
    if not pairs:
        return ViewContent(lines)
    spots = [
        Spot(*pair.spot, label, pair.is_approximate or pair.is_provisional)
        for pair, label in zip(pairs, labels, strict=True)
    ]
    titles = [f"{target.target_code} {words.of(target, 'short_name')}" for target in (axes.x, axes.y)]
    text = words("explore.relation_alt_short", x=titles[0], y=titles[1])
    return ViewContent(lines, Picture(DotChart(titles[0], titles[1], tuple(spots), text)))


def _query(found: FirstRows) -> ViewContent:
    if not found.rows:
        return ViewContent((words("explore.sql_rows", number=0),))
    headings = found.headings[: MOST_COLUMNS + 1]
    rows = tuple(tuple(_cell(value) for value in row[: len(headings)]) for row in found.rows)
    left_out = _left_out(len(rows), found.count, len(headings), len(found.headings))
    width = 100 // len(headings)
    widths = (100 - width * (len(headings) - 1), *[width] * (len(headings) - 1))
    return ViewContent(_said(left_out or words("explore.sql_rows", number=len(rows))), Table(headings, widths, rows))


def _cell(value: str | float | None) -> str:
    if value is None:
        return "–"
    if isinstance(value, float):
        return words.number(value) if value.is_integer() else words.number(value, 1)
    return value if len(value) <= LONGEST_CELL else f"{value[:LONGEST_CELL]}…"
