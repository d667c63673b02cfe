"""Read-only SQL over the published tables as the viewer may see them: `/explore/sql?q=…`."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pandas as pd
import plotly.express as px
import streamlit as st

from app.core import mart_access
from app.core.access import Right
from app.core.i18n import words
from app.core.sheet import Column, Sheet, Value
from app.core.sql_limits import MOST_ROWS, WALL_CLOCK_S
from app.explore import choices
from app.explore.charts import TABLE_PX
from app.explore.copies import Shown
from app.explore.notes import note
from app.explore.sql_runner import Result, run
from app.explore.visit import Visit
from app.exports.csv import csv_bytes
from app.exports.shared.file_names import explored_file_name
from app.exports.shared.labels import Labels, version_labels
from app.queries import marts, sql_views
from app.queries.own_sql import QueryRefusedError
from app.records.marts import MartColumn
from app.ui import mart_descriptions
from warehouse.plan.levels import levels

# Longer queries do not fit an address everywhere.
LONGEST_QUERY = 4_000
KEPT_QUERIES = 20
# In the session: the queries before, and the last one with its result.
QUERIES, ANSWER = "queries", "answer"
EDITOR_PX = 180
CHARTS = ("none", "bar", "line", "scatter")
EXAMPLE = """select u.name_vi, p.target_code, p.value_pct, p.status
from fct_target_progress as p
inner join dim_unit as u on p.unit_code = u.unit_code and p.unit_valid_from = u.valid_from
where p.period_code = '{period}' and p.period_window = 'ytd' and p.unit_level = '{level}' and p.status = 'far_behind'
order by p.target_code, p.value_pct"""


def page(visit: Visit) -> Shown | None:
    """Render the views, the query of the address, its result, and the queries before it; return these for copies."""
    note(words("explore.sql_about", rows=words.number(MOST_ROWS), seconds=words.number(WALL_CLOCK_S)))
    if not visit.reader.viewer.may(Right.SMALL_COUNTS):
        note(words("explore.sql_ranges"))
    editor, tables = st.columns([3, 2])
    with tables:
        _views(visit)
    with editor:
        sql = _query(visit)
    if not sql.strip():
        return None
    answer = _answer(visit, sql)
    if isinstance(answer, QueryRefusedError):
        st.error(words(f"explore.sql_{answer.kind}", rows=words.number(MOST_ROWS), seconds=words.number(WALL_CLOCK_S)))
        if answer.detail:
            st.code(answer.detail, language=None, wrap_lines=True)
        return Shown(sql)
    _show(visit, answer)
    return Shown(sql, workbook=lambda: _workbook(visit, answer.frame))


def _workbook(visit: Visit, frame: pd.DataFrame) -> tuple[Sheet, Labels]:
    """Return the rows of a query as a sheet with its labels; what is no number is written as text."""
    title = words("explore.sql")
    columns = [
        Column(str(name), "amount" if pd.api.types.is_numeric_dtype(frame[name]) else "text") for name in frame.columns
    ]
    rows = zip(*(_cells(frame[name]) for name in frame.columns), strict=True)
    return Sheet(title, tuple(columns), tuple(rows)), version_labels(visit.publication, title)


def rows_as_csv(visit: Visit, frame: pd.DataFrame) -> bytes:
    """Return the rows of a query as CSV, with labels, as every table of the app."""
    sheet, labels = _workbook(visit, frame)
    return csv_bytes(labels.beside(sheet), words.lang)


def _cells(column: pd.Series) -> list[Value]:
    is_number = pd.api.types.is_numeric_dtype(column)
    if pd.api.types.is_datetime64_any_dtype(column) and (column.dt.normalize() == column)[column.notna()].all():
        # A data frame holds a day as the moment at which it begins.
        column = column.dt.date
    return [
        None if is_missing else value if is_number and math.isfinite(value) else str(value)
        for value, is_missing in zip(column.tolist(), column.isna(), strict=True)
    ]


def _answer(visit: Visit, sql: str) -> Result | QueryRefusedError:
    """Return the result of a query or why it has none; a query is run once however often the page is rendered."""
    asked = (sql, visit.publication.version)
    kept: tuple[tuple[str, str], Result | QueryRefusedError] | None = st.session_state.get(ANSWER)
    if kept and kept[0] == asked:
        return kept[1]
    visit.record("/explore/sql", sql)
    earlier = [query for query in st.session_state.get(QUERIES, []) if query != sql]
    st.session_state[QUERIES] = [sql, *earlier][:KEPT_QUERIES]
    answer = _run(visit, sql, asked)
    st.session_state[ANSWER] = (asked, answer)
    return answer


def _run(visit: Visit, sql: str, asked: tuple[str, str]) -> Result | QueryRefusedError:
    """Run a query; show how long it has been running, and a button that stops it."""
    place = st.empty()

    def waiting(seconds: float) -> None:
        # A press of the button ends this run of the page here, and the query with it.
        text = words("explore.sql_running", seconds=words.number(int(seconds)), most=words.number(WALL_CLOCK_S))
        bar.progress(min(seconds / WALL_CLOCK_S, 1.0), text)

    with place.container():
        bar = st.progress(0.0, words("explore.sql_running", seconds=0, most=words.number(WALL_CLOCK_S)))
        st.button(words("explore.sql_stop"), on_click=_stop, args=(asked,))
    try:
        answer: Result | QueryRefusedError = run(visit.reader, sql, waiting)
    except QueryRefusedError as refused:
        answer = refused
    place.empty()
    return answer


def _stop(asked: tuple[str, str]) -> None:
    st.session_state[ANSWER] = (asked, QueryRefusedError("stopped"))


def _query(visit: Visit) -> str:
    """Show the editor and the queries before; return the query that is to be run."""
    asked = st.query_params.get("q", "")[:LONGEST_QUERY]
    period = visit.publication.latest_period_code or ""
    with st.form("sql", border=False):
        text = st.text_area(
            words("explore.sql_query"),
            asked or EXAMPLE.format(period=period, level=levels().base),
            height=EDITOR_PX,
            max_chars=LONGEST_QUERY,
            help=words("explore.sql_help"),
        )
        is_sent = st.form_submit_button(words("explore.sql_run"), type="primary")
    if is_sent:
        st.query_params["q"] = text
        # A query that was stopped or timed out is run again when it is sent again.
        st.session_state.pop(ANSWER, None)
        asked = text
    _history(st.session_state.get(QUERIES, []))
    return asked


def _history(queries: Sequence[str]) -> None:
    """Show the queries before, each with a button that runs it again."""
    if not queries:
        return
    with st.expander(words("explore.sql_history", count=len(queries))):
        for place, query in enumerate(queries):
            st.code(query, language="sql", wrap_lines=True)
            st.button(words("explore.sql_again"), key=f"again {place}", on_click=_open, args=(query,))


def _open(query: str) -> None:
    st.query_params["q"] = query


def _views(visit: Visit) -> None:
    """Show the views and the meaning of the columns of the chosen one, with the columns that are empty for people."""
    reader = visit.reader
    titles = {
        mart.table_name: f"{mart.table_name} · {mart_descriptions.title(mart)}"
        for mart in mart_descriptions.in_order(marts.offered(reader))
    }
    first = "fct_target_progress"
    name = choices.one("table", words("explore.sql_tables"), list(titles), titles.__getitem__, first)
    columns = sql_views.view_columns(reader, name)
    described = {
        words("explore.sql_column"): [column.column_name for column in columns],
        words("explore.sql_meaning"): [_meaning(visit, name, column) for column in columns],
        words("explore.sql_type"): [column.data_type for column in columns],
    }
    st.dataframe(described, hide_index=True, height=EDITOR_PX, alt=titles[name])
    if name not in sql_views.RANGES and not mart_access.release(reader.viewer, name).is_whole:
        note(words("downloads.held_back_of_others" if reader.viewer.own_units else "downloads.held_back_text"))


def _meaning(visit: Visit, name: str, column: MartColumn) -> str:
    meaning = mart_descriptions.view_meaning(name, column)
    is_emptied = sql_views.is_emptied(visit.reader, name, column.column_name)
    return f"{words('explore.sql_emptied')} {meaning}" if is_emptied else meaning


def _show(visit: Visit, result: Result) -> None:
    """Show the rows of a query as a table, a chart and a file."""
    frame = result.frame
    said = words("explore.sql_rows", number=words.number(len(frame)))
    note(f"{said} {words('explore.sql_cut')}" if result.is_cut else said)
    if frame.empty:
        return
    st.dataframe(frame, hide_index=True, placeholder="–", height=TABLE_PX, alt=said)
    st.download_button(
        words("explore.sql_download"),
        rows_as_csv(visit, frame),
        explored_file_name(visit.publication, "sql", "csv"),
        "text/csv",
        on_click="ignore",
    )
    _chart(frame)


def _chart(frame: pd.DataFrame) -> None:
    """Show a chart of two columns, where one of them has numbers."""
    names = list(map(str, frame.columns))
    numbers = [name for name in names if pd.api.types.is_numeric_dtype(frame[name])]
    if not numbers or len(names) == 1:
        return
    kind = choices.one("chart", words("explore.sql_chart"), CHARTS, lambda name: words(f"explore.sql_chart_{name}"))
    if kind == "none":
        return
    left, right = st.columns(2)
    with left:
        x = choices.one("x", words("explore.sql_x"), names, str)
    with right:
        y = choices.one("y", words("explore.sql_y"), numbers, str)
    draw = {"bar": px.bar, "line": px.line, "scatter": px.scatter}[kind]
    st.plotly_chart(draw(frame, x=x, y=y), key="sql chart", alt=f"{y} · {x}")
