"""The figure that the address marks on a unit's page: its card, its series, and the history before the unit began."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from markupsafe import Markup

from app.core.grouping import group_by
from app.core.i18n import words
from app.core.page_context import NOTHING, Charts, Context, Tables
from app.core.reader import Reader
from app.core.url_state import State
from app.figures.line.html import series_chart, series_details
from app.figures.line.spec import LineSpec, line_spec, series_note
from app.figures.series import Series
from app.pages.shared.bridge import bridge_link
from app.pages.shared.figure import figure_card, who_is_short
from app.pages.shared.files import figure_sheet, lines_chart
from app.queries import followup, ground
from app.queries import target as target_queries
from app.records import Progress, Target, Unit
from app.records.target import Recalculated, SeriesBreak
from app.ui import layout
from app.ui.choices import links, toggle
from app.ui.figure_text import explain
from app.ui.page_header import link_to, remark
from app.ui.templates import render
from warehouse.desk import Note

RECALCULATED = "recalculated"


@dataclass(frozen=True, slots=True)
class History:
    """A unit's history before it began: see `Unit` for `past_kind`; `by_target` are the recalculated figures, oldest
    first, `is_asked` whether the address shows them."""

    past_kind: str | None = None
    by_target: Mapping[str, Sequence[Recalculated]] = field(default_factory=dict)
    is_asked: bool = False

    def of(self, target: Target) -> Sequence[Recalculated]:
        """Return the recalculated figures of a target; none where there are none, or none that the reader may see."""
        rows = self.by_target.get(target.target_code, ())
        return rows if any(row.value_pct is not None for row in rows) else ()

    def shown(self, target: Target) -> Sequence[Recalculated]:
        """Return the recalculated figures that the address shows."""
        return self.of(target) if self.is_asked else ()


def history_of(reader: Reader, state: State, unit: Unit) -> History:
    """Return the history of a unit before the quarter in which it began."""
    if unit.past_kind is None:
        return History()
    rows = ground.recalculated(reader, unit, state.window)
    is_asked = state.get("history") == RECALCULATED
    return History(unit.past_kind, group_by(rows, lambda row: row.target_code), is_asked)


def history_choice(state: State, unit: Unit, history: History, target: Target) -> Markup:
    """Render the switch between the reported history and the one recalculated for today's boundaries, or why there is
    none; empty for a unit that was formed from no other, and in a file."""
    if history.past_kind is None or state.is_file:
        return NOTHING
    if history.of(target):
        options = [(None, words("history.reported")), (RECALCULATED, words("history.recalculated"))]
        chosen = RECALCULATED if history.is_asked else None
        return toggle(words("history.label"), links(state.href, "history", options, chosen))
    return remark(words(f"history.{_why_none(history, target)}", names=words.of(unit, "predecessor_names")))


def _why_none(history: History, target: Target) -> str:
    if history.past_kind != "whole":
        return str(history.past_kind)
    return "hidden" if history.by_target.get(target.target_code) else "uncounted"


DETAILS = "course-figures"
NO_HISTORY = History()


@dataclass(frozen=True, slots=True)
class SelectedFigure:
    """A unit's figure on a target in the quarter, its series beside that of the unit over it, if there is one; the
    breaks of its own series, the notes on it, and the history before it began."""

    unit: Unit
    target: Target
    row: Progress
    course: Series
    above: Series | None
    breaks: Sequence[SeriesBreak]
    notes: Sequence[Note]
    history: History


def selected_figure(
    context: Context,
    unit: Unit,
    rows: Sequence[Progress],
    course: Sequence[Progress],
    above: Series | None,
    history: History = NO_HISTORY,
) -> SelectedFigure | None:
    """Return the figure of `unit` that the address marks, out of its `rows` of the quarter; None where it marks none of
    them.

    The unit's own series on that target is given oldest first, `above` is that of the unit over it.
    """
    row = next((row for row in rows if row.target_code == context.state.target), None)
    if row is None:
        return None
    target = context.targets[row.target_code]
    own = replace(unit_series(unit, course), past=history.shown(target))
    breaks = _own_breaks(own, target_queries.series_breaks(context.reader, row.target_code, context.state.period))
    notes = followup.notes_on(context.reader, context.desk, unit.unit_code, target)
    return SelectedFigure(unit, target, row, own, above, breaks, notes, history)


def unit_series(unit: Unit, rows: Sequence[Progress], style: str = "s1") -> Series:
    """Return a unit's figures on a target as a line; `city` is the style of a unit over others."""
    names = words.of(unit, "name"), words.of(unit, "short_name")
    return Series(*names, rows, style=style, changed_on=unit.changed_on)


def selected_figure_section(context: Context, selected: SelectedFigure | None) -> Markup:
    """Render the figure explained, beside its series; empty while none is marked."""
    if selected is None:
        return NOTHING
    href = context.state.href
    target, unit = selected.target, selected.unit
    title = words("district.course", target=words.of(target, "short_name"))
    spec = _lines(selected)
    picture = series_chart(spec, lambda row: href(period=row.period_code), context.state.within(DETAILS))
    choice = history_choice(context.state, unit, selected.history, target)
    html = choice + picture + series_details(spec, DETAILS) if picture else picture
    note = series_note(target, selected.course.rows)
    course = layout.part(context, title, html, note, "course", table="course", chart="courses")
    to_target = href("target", target=target.target_code, unit=unit.unit_code, history=context.state.get("history"))
    return render(
        "pages/shared/selected_figure.html",
        card=figure_card(
            selected.row,
            target,
            words.of(unit, "name"),
            href,
            who_is_short(context.reader, context.state, selected.row, target),
        ),
        ranking=link_to(to_target, words("district.ranking")) + bridge_link(context, selected.row),
        course=course or remark(words("district.no_course")),
    )


def selected_figure_chart(context: Context, selected: SelectedFigure | None) -> Charts:
    """Return the series as a file, under the first lines of the figure's explanation."""
    if selected is None:
        return {}
    place, value, *_ = explain(selected.row, selected.target, words.of(selected.unit, "name")).split("\n")
    return lines_chart(context, f"{place} · {value}", _lines(selected), selected.target)


def selected_figure_table(context: Context, selected: SelectedFigure | None, above: Unit | None) -> Tables:
    """Return the figures of both series, and recalculated figures where they are rendered; `above` is the unit over
    the selected unit."""
    if selected is None:
        return {}
    unit, target = selected.unit, selected.target
    units = {one.unit_code: one for one in (unit, above) if one}
    rows = [*selected.course.rows, *(selected.above.rows if selected.above else ())]
    title = words("chart.of_target", chart=words.of(unit, "name"), target=words.of(target, "name"))
    return {"course": lambda: figure_sheet(context, title, rows, units, selected.course.past)}


def _lines(selected: SelectedFigure) -> LineSpec:
    """Return both series, over every quarter that one of them knows."""
    courses = [selected.course, *([selected.above] if selected.above else [])]
    periods = sorted(set[str]().union(*(course.period_codes for course in courses)))
    return line_spec(courses, periods, selected.target, breaks=selected.breaks, notes=selected.notes)


def _own_breaks(course: Series, breaks: Sequence[SeriesBreak]) -> list[SeriesBreak]:
    """Return the breaks of a unit's own series: where one unit continues as another, and where another plan begins."""
    began = {
        later.period_code for earlier, later in pairwise(course.rows) if earlier.unit_valid_from < later.unit_valid_from
    }
    if course.past and course.rows:
        began.add(course.rows[0].period_code)
    return [one for one in breaks if one.kind == "plan" or (one.kind == "boundary" and one.period_code in began)]
