"""Any reported number or target, by any two or three axes: `/explore/pivot`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from math import isnan
from urllib.parse import urlencode

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from app.analysis.selection import first_level
from app.core.i18n import Words
from app.core.levels import BASE_PAGE, MIDDLE_PAGE, is_base
from app.core.sheet import Column, Kind, Sheet, Value
from app.core.url_state import WINDOWS, in_plan
from app.explore import choices, pivot_charts
from app.explore.charts import TABLE_PX
from app.explore.copies import Shown
from app.explore.notes import escaped, note
from app.explore.pivot_grid import BY_NAME, BY_VALUE, NATURAL, Grid, Order, grid
from app.explore.pivot_question import (
    CHANGE_PREVIOUS,
    CHANGE_YEAR,
    SHARE_COLUMN,
    SHARE_ROW,
    VALUE,
    Axes,
    Subject,
    adds_up,
    axes,
    can_be_compared,
    compared_periods,
    denominators,
    subjects,
)
from app.explore.pivot_text import ABSENT, Figure, cell_sentence, cell_text, reasons_text
from app.explore.plain_table import plain_table
from app.explore.visit import Visit
from app.exports.shared.labels import Labels, version_labels
from app.queries import pivot, plan
from app.queries.target import every_break
from app.records.pivot import CATEGORY, OWN, PERIOD, TIMES, UNIT, YEAR, Cell, Key, Question

FIRST_SUBJECT, FIRST_COLUMNS = "inspections", PERIOD
NONE = "none"
TOPS = ("0", "5", "10", "20", "50")
# In place of the code of a row or column.
_TOTAL = "*"
# Parts listed under a cell.
MOST_PARTS = 200


@dataclass(frozen=True, slots=True)
class View:
    """A question, and how its answer is shown."""

    subject: Subject
    question: Question
    axes: Axes
    shown: str
    order: Order
    picture: str

    @property
    def is_change(self) -> bool:
        """Return whether cells show changes."""
        return self.shown in (CHANGE_PREVIOUS, CHANGE_YEAR)


def page(visit: Visit) -> Shown | None:
    """Render the choices, and the answer as a table or picture; return it for copies."""
    say = visit.words
    if not any(one.has_begun for one in plan.periods(visit.reader)):
        st.info(say("explore.not_begun"))
        return None
    view = _view(visit)
    if pivot.needs_one_period(visit.reader, view.question):
        st.info(say("explore.pivot_one_period"))
        return None
    answer = _answer(visit, view)
    if not answer.rows or not answer.columns:
        st.info(say("explore.pivot_nothing"))
        return None
    visit.record(f"/explore/pivot?of={view.subject.code}")
    note(_caption(visit, view, answer))
    names, figures = _Names(view, say), _figures(view, answer, say)
    if view.picture != pivot_charts.TABLE:
        pivot_charts.draw(visit, view.picture, _points(figures, names), _drawing(visit, view, answer))
    frame = _frame(view, answer, figures, names, say)
    _table(visit, view, answer, frame)

    def workbook() -> tuple[Sheet, Labels]:
        return _sheet(view, frame), version_labels(visit.publication, view.subject.title, say)

    return Shown(pivot.statement(visit.reader, view.question), workbook)


def _sheet(view: View, frame: pd.DataFrame) -> Sheet:
    """Return the table for a file; a cell without a number is empty."""
    kind: Kind = "percent" if view.question.is_ratio or view.shown in (SHARE_ROW, SHARE_COLUMN) else "amount"
    is_number = [any(isinstance(cell, Figure) for cell in frame[name]) for name in frame.columns]
    columns = [
        Column(name, kind if of_numbers else "text") for name, of_numbers in zip(frame.columns, is_number, strict=True)
    ]
    rows = [[_raw(cell) for cell in line] for line in frame.itertuples(index=False)]
    return Sheet(view.subject.title, tuple(columns), tuple(map(tuple, rows)))


def _raw(cell: object) -> Value:
    if not isinstance(cell, Figure):
        return str(cell)
    return None if isnan(cell) else float(cell)


def _view(visit: Visit) -> View:
    """Show every choice; return what is chosen."""
    say, reader = visit.words, visit.reader
    every = subjects(reader, say.lang)
    first, second, third, fourth = st.columns([2, 2, 1, 1])
    with first:
        code = choices.one("of", say("explore.pivot_of"), list(every), lambda one: every[one].title, FIRST_SUBJECT)
    subject = every[code]
    with second:
        per, window = _per(subject, every, say), _window(subject, say)
    periods = _periods(visit, third, fourth)
    found = axes(reader, code, periods, say.lang)
    columns = st.columns(5)
    named = _named_axes(found, columns, say)
    filters, order = _filters(found, say)
    question = Question(
        periods,
        named,
        filters,
        tuple(one.measure_code for one in subject.measures),
        per,
        subject.target.target_code if subject.target else "",
        window,
    )
    showable = _showable(visit, subject, question)
    with columns[3]:
        shown = choices.one("shown", say("explore.pivot_shown"), showable, lambda one: say(f"explore.pivot_{one}"))
    with columns[4]:
        picture = choices.one(
            "picture", say("explore.view"), pivot_charts.offered(named), lambda one: say(f"explore.pivot_as_{one}")
        )
    return View(subject, question, found, shown, order, picture)


def _per(subject: Subject, every: Mapping[str, Subject], say: Words) -> tuple[str, ...]:
    """Show the choice of what a count is a share of; a target has its own denominator."""
    if subject.target:
        return ()
    codes = [NONE, *denominators(subject, dict(every))]
    code = choices.one(
        "per",
        say("explore.pivot_per"),
        codes,
        lambda one: every[one].title if one in every else say("explore.pivot_per_none"),
    )
    return tuple(one.measure_code for one in every[code].measures) if code in every else ()


def _window(subject: Subject, say: Words) -> str:
    """Show the choice of a target's window; numbers of forms are those of their periods."""
    if not subject.target:
        return "quarter"
    return choices.one("window", say("window.title"), WINDOWS, lambda name: say(f"window.{name}"))


def _periods(visit: Visit, left: DeltaGenerator, right: DeltaGenerator) -> tuple[str, ...]:
    """Show the choice of the first and last period, at first the year of the period that pages open with."""
    say = visit.words
    begun = [one for one in plan.periods(visit.reader) if one.has_begun]
    codes = [one.period_code for one in begun]
    last = next((one for one in begun if one.is_opening), begun[-1])
    first = next(one.period_code for one in begun if one.year == last.year)
    with right:
        until = choices.one("until", say("explore.pivot_until"), [*reversed(codes)], say.period, last.period_code)
    possible = [code for code in codes if code <= until]
    with left:
        since = choices.one("since", say("explore.pivot_since"), [*reversed(possible)], say.period, min(first, until))
    return tuple(code for code in codes if since <= code <= until)


def _named_axes(found: Axes, columns: Sequence[DeltaGenerator], say: Words) -> tuple[str, ...]:
    """Show the choice of rows, columns and what columns are split by; return the chosen axes."""
    names = list(found.titles)
    impossible = [
        name
        for name in (st.query_params.get(one, "") for one in ("rows", "columns", "split"))
        if name.startswith(UNIT) and name not in names
    ]
    chosen: list[str] = []
    levels = [name.removeprefix(UNIT) for name in names if name.startswith(UNIT)]
    first_rows = f"{UNIT}{first_level(levels)}" if levels else names[0]
    for place, (key, first) in enumerate((("rows", first_rows), ("columns", FIRST_COLUMNS), ("split", NONE))):
        offered = [name for name in names if name not in chosen]
        with columns[place]:
            axis = choices.one(
                key,
                say(f"explore.pivot_{key}"),
                offered if key == "rows" else [*offered, NONE],
                lambda name: found.titles.get(name) or say("explore.pivot_axis_none"),
                first,
            )
        if axis != NONE:
            chosen.append(axis)
    if impossible:
        offered_levels = say.listed([found.titles[name] for name in names if name.startswith(UNIT)])
        st.info(say("explore.pivot_level_impossible", levels=offered_levels))
    return tuple(chosen)


def _filters(found: Axes, say: Words) -> tuple[tuple[tuple[str, tuple[str | None, ...]], ...], Order]:
    """Show a filter for each axis but time, and the order of rows; return the filters that are set, and the order."""
    names = [name for name in found.titles if name not in TIMES and len(found.codes[name]) > 1]
    active = sum(bool(st.query_params.get_all(f"only_{name}")) for name in names)
    kept: list[tuple[str, tuple[str | None, ...]]] = []
    title = say("explore.pivot_filters_active" if active else "explore.pivot_filters", count=active)
    with st.expander(title, expanded=active > 0):
        columns = st.columns(3)
        for place, name in enumerate(names):
            codes = found.codes[name]
            with columns[place % 3]:
                chosen = choices.several(
                    f"only_{name}", found.titles[name], list(codes), codes.__getitem__, say("explore.everything")
                )
            if chosen:
                kept.append((name, tuple(chosen)))
        order = _order(say)
    return tuple(kept), order


def _order(say: Words) -> Order:
    """Show the choice of the rows' order and how many of them are kept."""
    left, right = st.columns(2)
    with left:
        by = choices.one(
            "sort", say("explore.pivot_sort"), (NATURAL, BY_VALUE, BY_NAME), lambda one: say(f"explore.pivot_by_{one}")
        )
    with right:
        top = choices.one(
            "top", say("explore.pivot_top"), TOPS, lambda one: one if int(one) else say("explore.pivot_top_all")
        )
    return Order(by, int(top))


def _showable(visit: Visit, subject: Subject, question: Question) -> list[str]:
    """Return what cells can show: shares of counts that add up, changes where each cell is of one period."""
    shown = [VALUE]
    down, *across = question.axes
    if not question.is_ratio:
        shown += [SHARE_ROW] if across and all(adds_up(subject, one) for one in across) else []
        shown += [SHARE_COLUMN] if adds_up(subject, down) else []
    if can_be_compared(question) and not pivot.is_of_published_rows(visit.reader, question):
        shown += [CHANGE_PREVIOUS, CHANGE_YEAR]
    return shown


def _answer(visit: Visit, view: View) -> Grid:
    """Return the grid of a view, of the page that the address names."""
    down, *across = view.question.axes
    compared = compared_periods(visit.reader, view.question, view.shown) if view.is_change else {}
    codes = view.axes.codes
    found = grid(
        visit.reader,
        view.question,
        tuple(tuple(codes[name]) for name in view.question.axes),
        tuple(codes[down].values()),
        replace(view.order, page=_page_of_address()),
        tuple(compared.items()),
        (not view.is_change and all(adds_up(view.subject, one) for one in across), adds_up(view.subject, down)),
    )
    if found.page_count > 1:
        choices.one("part", visit.words("explore.part"), [str(one + 1) for one in range(found.page_count)], str)
    return found


def _page_of_address() -> int:
    value = st.session_state.get("part") or st.query_params.get("part", "1")
    return int(value) if value.isdecimal() and int(value) else 1


def _caption(visit: Visit, view: View, answer: Grid) -> str:
    """Return what the numbers are, how many rows there are, and what is left out of them."""
    say = visit.words
    lines = [_unit(view, say)]
    shown = len(answer.rows)
    lines.append(say("explore.pivot_rows_shown", number=say.number(shown), all=say.number(answer.row_count)))
    if not view.subject.adds_up_over_time and PERIOD not in view.question.axes and len(view.question.periods) > 1:
        lines.append(_which_period(view, say))
    if any(cell.is_partial for cell in answer.cells.values()):
        lines.append(say("explore.pivot_partial"))
    if view.is_change:
        lines.append(say("explore.pivot_change_note"))
    if visit.reader.viewer.readable_units is not None:
        lines.append(say("explore.pivot_some_units"))
    if pivot.is_of_published_rows(visit.reader, view.question):
        lines.append(say("explore.pivot_published_rows"))
    return " ".join(lines)


def _which_period(view: View, say: Words) -> str:
    """Return of which period the cells are, where numbers of several periods are not added up."""
    is_first = any(one.window_rule == "start" for one in view.subject.measures)
    if YEAR in view.question.axes:
        return say("explore.pivot_first_of_year" if is_first else "explore.pivot_last_of_year")
    return say("explore.pivot_last_period", period=say.period(view.question.periods[0 if is_first else -1]))


def _unit(view: View, say: Words) -> str:
    """Return what the cells count."""
    if view.subject.target:
        return say("explore.pivot_unit_target", window=say(f"window.{view.question.window}"))
    if view.question.per:
        return say("explore.pivot_unit_ratio")
    is_answer = view.subject.measures[0].data_type == "code"
    unit = say("explore.pivot_unit_yes") if is_answer else say.of(view.subject.measures[0], "unit")
    return say("explore.pivot_unit", unit=unit)


def _figures(view: View, answer: Grid, say: Words) -> dict[tuple[str | None, Key], Figure]:
    """Return what each cell of the grid shows, by row and column."""
    return {
        (row, key): _shown(view, answer, answer.cells.get((row, key)), answer.row_totals.get(row), key, say)
        for row, key in product(answer.rows, answer.columns)
    }


def _points(figures: Mapping[tuple[str | None, Key], Figure], names: _Names) -> list[pivot_charts.Point]:
    """Return the cells of the grid as points of a picture."""
    return [
        pivot_charts.Point(
            code=row,
            row=names.of(0, row),
            column=names.heading_of(1, key),
            split=names.heading_of(2, key),
            key=key,
            value=None if isnan(shown) else float(shown),
            text=shown.text,
        )
        for (row, key), shown in figures.items()
    ]


def _drawing(visit: Visit, view: View, answer: Grid) -> pivot_charts.Drawing:
    """Return what a picture needs besides its points: titles, where series break, the threshold."""
    question = view.question
    time = next((place for place, name in enumerate(question.axes) if name in TIMES), None)
    used = {key[time - 1] for key in answer.columns} if time else {*answer.rows}
    # Breaks lie between periods: an axis of years has none.
    drawn = [code for code in question.periods if code in used] if PERIOD in question.axes else []
    breaks = [
        one
        for one in every_break(visit.reader)
        if one.target_code in (None, question.target or None) and one.period_code in drawn[1:]
    ]
    thresholds = {
        target.threshold_pct
        for period in question.periods
        for target in plan.targets(visit.reader, period)
        if target.target_code == question.target
    }
    is_value = view.shown == VALUE
    return pivot_charts.Drawing(
        title=view.subject.title,
        unit="%" if question.is_ratio or view.shown in (SHARE_ROW, SHARE_COLUMN) else "",
        rows_axis=question.axes[0],
        time_place=time,
        breaks=breaks,
        threshold_pct=thresholds.pop() if is_value and len(thresholds) == 1 else None,
        levels=frozenset(answer.rows),
    )


def _table(visit: Visit, view: View, answer: Grid, texts: pd.DataFrame) -> None:
    """Show the grid as a table whose cells are numbers to sort by, and its selected cell in words."""
    say = visit.words
    names = _Names(view, say)
    event = st.dataframe(
        texts.style.format(_text),
        key="pivot",
        height=TABLE_PX,
        hide_index=True,
        placeholder="–",
        column_config={texts.columns[0]: st.column_config.TextColumn(pinned=True)},
        on_select="rerun",
        selection_mode="single-cell",
        alt=f"{view.subject.title}. {_unit(view, say)}",
    )
    _explain_selected(visit, view, answer, names, event)
    plain_table(texts.map(_text), say)


def _text(value: object) -> str:
    return value.text if isinstance(value, Figure) else str(value)


class _Names:
    """Names of rows and columns of a view."""

    def __init__(self, view: View, say: Words) -> None:
        self._codes = [view.axes.codes[name] for name in view.question.axes]
        self._say = say
        self.heading = view.axes.titles[view.question.axes[0]]
        self.total = say("explore.pivot_total")

    def of(self, place: int, code: str | None) -> str:
        """Return the name of a code of the axis at a place."""
        return self._codes[place].get(code or "", code or self._say("explore.pivot_above"))

    def heading_of(self, place: int, key: Key) -> str:
        """Return the name of a column on one axis; empty without that axis."""
        return self.of(place, key[place - 1]) if len(key) >= place else ""

    def column(self, key: Key) -> str:
        """Return the heading of a column."""
        names = [self.of(place, code) for place, code in enumerate(key, start=1)]
        return " · ".join(names) or self._say("explore.pivot_value_heading")


def _frame(
    view: View, answer: Grid, figures: Mapping[tuple[str | None, Key], Figure], names: _Names, say: Words
) -> pd.DataFrame:
    """Return the totals of the columns, then rows with their name, cells and total."""
    lines = []
    if answer.column_totals:
        cells = [_column_total(view, answer, key, say) for key in answer.columns]
        lines.append([names.total, *cells, *([_plain(view, answer.total, say)] if answer.row_totals else [])])
    for row in answer.rows:
        whole = answer.row_totals.get(row)
        cells = [figures[row, key] for key in answer.columns]
        lines.append([names.of(0, row), *cells, *([_plain(view, whole, say)] if answer.row_totals else [])])
    # As objects: numbers would lose their texts.
    frame = pd.DataFrame(lines, columns=_headings(answer, names), dtype=object)
    notes = [_missing(line, list(frame.columns)) for line in lines]
    # A table cannot show text in a cell of numbers that has none.
    return frame.assign(**{say("explore.pivot_missing"): notes}) if any(notes) else frame


def _missing(line: Sequence[object], headings: Sequence[str]) -> str:
    """Return why cells of a line have no number; once where it is the same for all of them."""
    reasons = {
        heading: cell.text
        for heading, cell in zip(headings, line, strict=True)
        if isinstance(cell, Figure) and isnan(cell) and cell.text != ABSENT
    }
    if len(reasons) > 1 and len(set(reasons.values())) == 1:
        return next(iter(reasons.values()))
    return "; ".join(f"{heading}: {reason}" for heading, reason in reasons.items())


def _headings(answer: Grid, names: _Names) -> list[str]:
    return _distinct([names.heading, *map(names.column, answer.columns), *([names.total] if answer.row_totals else [])])


def _distinct(headings: Sequence[str]) -> list[str]:
    """Return the headings, each repetition with a number: a column is found by its name."""
    seen: dict[str, int] = {}
    found = []
    for heading in headings:
        seen[heading] = seen.get(heading, 0) + 1
        found.append(heading if seen[heading] == 1 else f"{heading} ({seen[heading]})")
    return found


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


def _shown(view: View, answer: Grid, cell: Cell | None, whole: Cell | None, key: Key, say: Words) -> Figure:
    value = _value(view, answer, cell, whole, key)
    return Figure(value, cell_text(cell, value, view.shown, view.question, say))


def _plain(view: View, cell: Cell | None, say: Words) -> Figure:
    """Return a row's total: of a change or share, the number itself."""
    value = cell.value if cell else None
    return Figure(value, cell_text(cell, value, VALUE, view.question, say))


def _column_total(view: View, answer: Grid, key: Key, say: Words) -> Figure:
    cell = answer.column_totals.get(key)
    if view.shown in (SHARE_ROW, SHARE_COLUMN):
        return _plain(view, cell, say)
    value = _value(view, answer, cell, None, key)
    return Figure(value, cell_text(cell, value, view.shown, view.question, say))


def _explain_selected(visit: Visit, view: View, answer: Grid, names: _Names, event: object) -> None:
    """Say the selected cell or total in words, and list the parts that it adds up."""
    say = visit.words
    selection = event["selection"]["cells"]  # type: ignore[index]
    rows = [*([_TOTAL] if answer.column_totals else []), *answer.rows]
    keys = dict(zip(_headings(answer, names)[1:], [*answer.columns, (_TOTAL,)], strict=False))
    if not selection or selection[0][0] >= len(rows) or selection[0][1] not in keys:
        note(say("explore.pivot_select"))
        return
    row, key = rows[selection[0][0]], keys[selection[0][1]]
    down, *across = view.question.axes
    chosen = [] if row == _TOTAL else [(down, row)]
    if key == (_TOTAL,):
        cell = answer.total if row == _TOTAL else answer.row_totals.get(row)
    else:
        cell = answer.column_totals.get(key) if row == _TOTAL else answer.cells.get((row, key))
        chosen += zip(across, key, strict=True)
    about = [names.of(view.question.axes.index(axis), code) for axis, code in chosen] or [say("explore.pivot_total")]
    st.markdown(f"**{escaped(' · '.join(about))}.** {escaped(cell_sentence(cell, view.question, say))}")
    _parts(visit, view, chosen)


def _parts(visit: Visit, view: View, chosen: Sequence[tuple[str, str | None]]) -> None:
    """List what each unit reported for a cell, with links to its page and form cells."""
    say, reader = visit.words, visit.reader
    if pivot.is_of_published_rows(reader, view.question):
        return
    kept = tuple((axis, (code,)) for axis, code in chosen)
    fine = tuple(name for name in (OWN, PERIOD, CATEGORY) if name != CATEGORY or CATEGORY in view.axes.codes)
    asked = replace(view.question, axes=fine, filters=(*view.question.filters, *kept))
    found = sorted(pivot.cells(reader, asked), key=lambda cell: tuple(map(str, cell.key)))
    units = {unit.unit_code: unit for unit in plan.every_unit(reader)}
    table = {
        say("explore.column_unit"): [say.of(units[cell.key[0] or ""], "name") for cell in found],
        say("period.title"): [say.short_period(cell.key[1] or "") for cell in found],
    }
    if CATEGORY in fine:
        categories = view.axes.codes[CATEGORY]
        table[view.axes.titles[CATEGORY]] = [categories.get(cell.key[2] or "", cell.key[2] or "") for cell in found]
    table |= {
        say("explore.pivot_value_heading"): [cell_text(cell, cell.value, VALUE, asked, say) for cell in found],
        say("explore.pivot_why"): [reasons_text(cell, say) for cell in found],
        say("explore.column_page"): [_address(view, units[cell.key[0] or ""].unit_level, cell, say) for cell in found],
    }
    with st.expander(say("explore.pivot_parts", count=len(found))):
        st.dataframe(
            {name: values[:MOST_PARTS] for name, values in table.items()},
            hide_index=True,
            key="parts",
            alt=say("explore.pivot_parts", count=len(found)),
            column_config={
                say("explore.column_page"): st.column_config.LinkColumn(display_text=say("explore.open_page"))
            },
        )


def _address(view: View, level: str, cell: Cell, say: Words) -> str:
    """Return the address of the form cells of a target's part, or of the unit's page with what it reported."""
    values = {"unit": cell.key[0], "period": cell.key[1], "lang": say.lang}
    if view.subject.target:
        values |= {"target": view.subject.target.target_code, "window": view.question.window}
        return in_plan(f"/origin?{urlencode(values)}")
    return in_plan(f"/{BASE_PAGE if is_base(level) else MIDDLE_PAGE}?{urlencode(values)}")
