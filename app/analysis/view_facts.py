"""What a saved view of the pages of pivots, relations or SQL shows, read as its viewer may see it."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.analysis import relation_view
from app.analysis.pairs import Axes, Candidate, Pair, since_last_break
from app.analysis.pivot_grid import Grid
from app.analysis.pivot_view import AddressChooser, View, answer_of, chosen_view
from app.analysis.relation_view import UNITS, Choice
from app.core.access import AccessDeniedError
from app.core.i18n import words
from app.core.reader import Reader
from app.queries import own_sql, pivot, progress
from app.queries.own_sql import QueryRefusedError
from app.records.own_sql import FirstRows

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class PivotFacts:
    """A pivot and its answer; `unknown` are saved choices that no longer exist, for which it has its defaults."""

    view: View
    answer: Grid
    unknown: Sequence[str]


@dataclass(frozen=True, slots=True)
class RelationFacts:
    """Two targets: every unit or period with its figures; `recent` are a unit's comparable pairs, newest last.

    `names` are those of the level's units, `marked` is the code of one of them or empty; `unknown` as of pivots.
    """

    choice: Choice
    axes: Axes
    method: str
    names: Mapping[str, str]
    marked: str
    found: Sequence[Candidate]
    recent: Sequence[Pair]
    unknown: Sequence[str]

    @property
    def pairs(self) -> list[Pair]:
        """Return what has both figures."""
        return [one.pair for one in self.found if one.pair]


Facts = PivotFacts | RelationFacts | FirstRows


def facts_of(page: str, parameters: Mapping[str, Sequence[str]], reader: Reader, most_rows: int) -> Facts | str | None:
    """Return the facts of a view by its page and parameters, or why there are none; None for another page.

    Of a query at most `most_rows` rows are read.
    """
    if page == "pivot":
        return _pivot(parameters, reader)
    if page == "relations":
        return _relations(parameters, reader)
    if page == "sql":
        return _query(parameters, reader, most_rows)
    return None


def _pivot(parameters: Mapping[str, Sequence[str]], reader: Reader) -> PivotFacts | str:
    choose = AddressChooser(parameters)
    try:
        # A slide shows a table for a map, with or without the operator's own.
        view = chosen_view(reader, choose, True)
    except ValueError:
        return words("explore.not_begun")
    if pivot.needs_one_period(reader, view.question):
        return words("explore.pivot_one_period")
    answer = answer_of(reader, view)
    has_cells = answer.rows and answer.columns
    return PivotFacts(view, answer, choose.unknown) if has_cells else words("explore.pivot_nothing")


def _relations(parameters: Mapping[str, Sequence[str]], reader: Reader) -> RelationFacts | str:
    choose = AddressChooser(parameters)
    choice = relation_view.chosen(reader, choose)
    if isinstance(choice, str):
        return choice
    rows = progress.level_progress(reader, choice.level, choice.period.period_code, choice.window)
    axes = relation_view.chosen_axes(choice, {row.target_code for row in rows}, choose)
    if axes.x == axes.y:
        return words("explore.same_target")
    names = choice.names()
    marked = relation_view.chosen_unit(choice, names, choose)
    method = relation_view.chosen_method(choose)
    if choice.view == UNITS:
        found = relation_view.compared_units(rows, axes, names)
        return RelationFacts(choice, axes, method, names, marked, found, (), choose.unknown)
    found, breaks = relation_view.compared_periods(reader, choice, axes, marked)
    recent = since_last_break([one.pair for one in found if one.pair], breaks)
    return RelationFacts(choice, axes, method, names, marked, found, recent, choose.unknown)


def _query(parameters: Mapping[str, Sequence[str]], reader: Reader, most_rows: int) -> FirstRows | str:
    sql = "".join([*parameters.get("q", ())][-1:])
    if not sql.strip():
        return words("views.no_query")
    try:
        return own_sql.first_rows(reader, sql, most_rows)
    except (QueryRefusedError, AccessDeniedError) as error:
        log.warning("a pinned query has no result: %s", error)
        return words("views.query_failed")
