"""Any reported number or target, by any two or three axes: `/explore/pivot`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from math import isnan
from urllib.parse import urlencode

import pandas as pd
import streamlit as st

from app.analysis import pivot_answer
from app.analysis.pivot_answer import Figures, Lines, Names
from app.analysis.pivot_grid import Grid
from app.analysis.pivot_question import VALUE
from app.analysis.pivot_text import Figure, cell_sentence, cell_text, reasons_text
from app.analysis.pivot_view import AXES, ONLY, TABLE, View, answer_of, chosen_view
from app.core.i18n import words
from app.core.levels import BASE_PAGE, MIDDLE_PAGE, is_base
from app.core.sheet import Column, Kind, Sheet, Value
from app.core.url_state import in_plan
from app.explore import choices, pivot_charts
from app.explore.charts import TABLE_PX, TABLE_ROW_PX
from app.explore.copies import Shown
from app.explore.notes import escaped, note
from app.explore.plain_table import plain_table
from app.explore.visit import Visit
from app.exports.shared.labels import Labels, version_labels
from app.queries import pivot, plan
from app.queries.target import every_break
from app.records.pivot import CATEGORY, OWN, PERIOD, TIMES, UNIT, Cell
from warehouse.settings import Settings

# In place of the code of a row or column.
_TOTAL = "*"
_LABELS = {"picture": "explore.view", "window": "window.title"}
# Parts listed under a cell.
MOST_PARTS = 200
FILTER_COLUMNS = 3


def page(visit: Visit) -> Shown | None:
    """Render the choices, and the answer as a table or picture; return it for copies."""
    if not any(one.has_begun for one in plan.periods(visit.reader)):
        st.info(words("explore.not_begun"))
        return None
    # The fields write what they show into the address.
    levels = [one for one in map(st.query_params.get, AXES) if one and one.startswith(UNIT)]
    view = chosen_view(visit.reader, _Fields(), bool(Settings.from_env().geojson))
    _explain_impossible(levels, view)
    if pivot.needs_one_period(visit.reader, view.question):
        st.info(words("explore.pivot_one_period"))
        return None
    answer = _answer(visit, view)
    if not answer.rows or not answer.columns:
        st.info(words("explore.pivot_nothing"))
        return None
    visit.record(f"/explore/pivot?of={view.subject.code}")
    names, figures = Names(view), pivot_answer.figures_of(view, answer)
    empty = pivot_answer.empty_text(figures.values())
    note(" ".join(filter(None, (pivot_answer.caption_of(visit.reader, view, answer), empty))))
    if view.picture != TABLE:
        drawing = _drawing(
            visit, view, answer, f"{words('explore.pivot_alt', title=view.subject.title)} {empty}".strip()
        )
        pivot_charts.draw(visit, view.picture, _points(figures, names), drawing)
    lines = pivot_answer.lines_of(view, answer, figures, names)
    frame = _frame(lines)
    _table(visit, view, answer, names, lines, frame)

    def workbook() -> tuple[Sheet, Labels]:
        return _sheet(view, frame), version_labels(visit.publication, view.subject.title)

    return Shown(pivot.statement(visit.reader, view.question), workbook=workbook)


class _Fields:
    """The choices as fields: what is counted and when, by which axes and as what; the others below a heading."""

    def __init__(self) -> None:
        of, since, until, picture = st.columns([2.4, 1, 1, 1.2])
        rows, columns, split, shown = st.columns(4)
        active = sum(name.startswith(ONLY) for name in st.query_params)
        title = words("explore.pivot_filters_active" if active else "explore.pivot_filters", count=active)
        with st.expander(title, expanded=active > 0):
            per, top, sort = st.columns(FILTER_COLUMNS)
            self._filters = st.columns(FILTER_COLUMNS)
        self._places = {
            "of": of, "since": since, "until": until, "picture": picture,
            "rows": rows, "columns": columns, "split": split, "shown": shown,
            "per": per, "window": per, "sort": sort, "top": top,
        }  # fmt: skip
        self._filter_count = 0

    def one(self, name: str, codes: Sequence[str], title: Callable[[str], str], first: str | None = None) -> str:
        """Show a field; return the chosen one of its codes."""
        with self._places[name]:
            return choices.one(name, words(_LABELS.get(name, f"explore.pivot_{name}")), codes, title, first)

    def several(self, name: str, label: str, codes: Mapping[str, str]) -> list[str]:
        """Show a filter; return the chosen codes."""
        place = self._filters[self._filter_count % FILTER_COLUMNS]
        self._filter_count += 1
        with place:
            return choices.several(name, label, list(codes), codes.__getitem__, words("explore.everything"))


def _explain_impossible(asked: Sequence[str], view: View) -> None:
    """Say at which levels there are numbers, where the address names another one."""
    if any(name not in view.axes.titles for name in asked):
        levels = [title for name, title in view.axes.titles.items() if name.startswith(UNIT)]
        st.info(words("explore.pivot_level_impossible", levels=words.listed(levels)))


def _sheet(view: View, frame: pd.DataFrame) -> Sheet:
    """Return the table for a file; a cell without a number is empty."""
    kind: Kind = "percent" if view.is_percent else "amount"
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


def _answer(visit: Visit, view: View) -> Grid:
    """Return the grid of a view, of the page that the address names."""
    found = answer_of(visit.reader, view, _page_of_address())
    if found.page_count > 1:
        choices.one("part", words("explore.part"), [str(one + 1) for one in range(found.page_count)], str)
    return found


def _page_of_address() -> int:
    value = st.session_state.get("part") or st.query_params.get("part", "1")
    return int(value) if value.isdecimal() and int(value) else 1


def _points(figures: Figures, names: Names) -> list[pivot_charts.Point]:
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


def _drawing(visit: Visit, view: View, answer: Grid, alt: str) -> pivot_charts.Drawing:
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
        alt=alt,
        unit="%" if view.is_percent else "",
        time_place=time,
        breaks=breaks,
        threshold_pct=thresholds.pop() if is_value and len(thresholds) == 1 else None,
        levels=frozenset(answer.rows),
    )


def _table(visit: Visit, view: View, answer: Grid, names: Names, lines: Lines, texts: pd.DataFrame) -> None:
    """Show the grid as a table whose cells are numbers to sort by, and its selected cell in words."""
    config = st.column_config
    # Why cells of a column are empty is read at its heading.
    columns = {name: config.Column(help=lines.empty_in(place)) for place, name in enumerate(lines.headings)}
    alt = f"{view.subject.title}. {pivot_answer.unit_text(view)}"
    event = st.dataframe(
        texts.style.format(_text),
        key="pivot",
        height=min(TABLE_PX, TABLE_ROW_PX * (len(texts) + 1) + 3),
        hide_index=True,
        placeholder="–",
        column_config={**columns, lines.headings[0]: config.TextColumn(pinned=True)},
        on_select="rerun",
        selection_mode="single-cell",
        alt=" ".join(filter(None, (alt, pivot_answer.empty_text(_cells(lines))))),
    )
    _explain_selected(visit, view, answer, names, event)
    plain_table(texts.map(_text))


def _cells(lines: Lines) -> Iterator[Figure]:
    return (cell for row in lines.rows for cell in row if isinstance(cell, Figure))


def _text(value: object) -> str:
    return value.text if isinstance(value, Figure) else str(value)


def _frame(lines: Lines) -> pd.DataFrame:
    """Return a table as a frame, with the reasons of empty cells if there are any."""
    # As objects: numbers would lose their texts.
    frame = pd.DataFrame(lines.rows, columns=list(lines.headings), dtype=object)
    notes = [lines.reasons(row) for row in lines.rows]
    # A table cannot show text in a cell of numbers that has none.
    return frame.assign(**{words("explore.pivot_missing"): notes}) if any(notes) else frame


def _explain_selected(visit: Visit, view: View, answer: Grid, names: Names, event: object) -> None:
    """Say the selected cell or total in words, and list the parts that it adds up."""
    selection = event["selection"]["cells"]  # type: ignore[index]
    rows = [*([_TOTAL] if answer.column_totals else []), *answer.rows]
    keys = dict(zip(pivot_answer.headings_of(answer, names)[1:], [*answer.columns, (_TOTAL,)], strict=False))
    if not selection or selection[0][0] >= len(rows) or selection[0][1] not in keys:
        note(words("explore.pivot_select"))
        return
    row, key = rows[selection[0][0]], keys[selection[0][1]]
    down, *across = view.question.axes
    chosen = [] if row == _TOTAL else [(down, row)]
    if key == (_TOTAL,):
        cell = answer.total if row == _TOTAL else answer.row_totals.get(row)
    else:
        cell = answer.column_totals.get(key) if row == _TOTAL else answer.cells.get((row, key))
        chosen += zip(across, key, strict=True)
    about = [names.of(view.question.axes.index(axis), code) for axis, code in chosen] or [words("explore.pivot_total")]
    st.markdown(f"**{escaped(' · '.join(about))}.** {escaped(cell_sentence(cell, view.question))}")
    _parts(visit, view, chosen)


def _parts(visit: Visit, view: View, chosen: Sequence[tuple[str, str | None]]) -> None:
    """List what each unit reported for a cell, with links to its page and form cells."""
    reader = visit.reader
    if pivot.is_of_published_rows(reader, view.question):
        return
    kept = tuple((axis, (code,)) for axis, code in chosen)
    fine = tuple(name for name in (OWN, PERIOD, CATEGORY) if name != CATEGORY or CATEGORY in view.axes.codes)
    asked = replace(view.question, axes=fine, filters=(*view.question.filters, *kept))
    found = sorted(pivot.cells(reader, asked), key=lambda cell: tuple(map(str, cell.key)))
    units = {unit.unit_code: unit for unit in plan.every_unit(reader)}
    table = {
        words("explore.column_unit"): [words.of(units[cell.key[0] or ""], "name") for cell in found],
        words("period.title"): [words.short_period(cell.key[1] or "") for cell in found],
    }
    if CATEGORY in fine:
        categories = view.axes.codes[CATEGORY]
        table[view.axes.titles[CATEGORY]] = [categories.get(cell.key[2] or "", cell.key[2] or "") for cell in found]
    table |= {
        words("explore.pivot_value_heading"): [cell_text(cell, cell.value, VALUE, asked) for cell in found],
        words("explore.pivot_why"): [reasons_text(cell) for cell in found],
        words("explore.column_page"): [_address(view, units[cell.key[0] or ""].unit_level, cell) for cell in found],
    }
    with st.expander(words("explore.pivot_parts", count=len(found))):
        st.dataframe(
            {name: values[:MOST_PARTS] for name, values in table.items()},
            hide_index=True,
            key="parts",
            alt=words("explore.pivot_parts", count=len(found)),
            column_config={
                words("explore.column_page"): st.column_config.LinkColumn(display_text=words("explore.open_page"))
            },
        )


def _address(view: View, level: str, cell: Cell) -> str:
    """Return the address of the form cells of a target's part, or of the unit's page with what it reported."""
    values = {"unit": cell.key[0], "period": cell.key[1], "lang": words.lang}
    if view.subject.target:
        values |= {"target": view.subject.target.target_code, "window": view.question.window}
        return in_plan(f"/origin?{urlencode(values)}")
    return in_plan(f"/{BASE_PAGE if is_base(level) else MIDDLE_PAGE}?{urlencode(values)}")
