"""Any published table, to sort, search and filter: `/explore/tables?mart=…&period=…`, as the viewer may see it."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st
from streamlit.column_config import Column, NumberColumn
from streamlit.elements.lib.column_types import ColumnConfig

from app.core import mart_access
from app.core.access import Right
from app.core.i18n import words
from app.core.sheet import Sheet
from app.explore import choices
from app.explore.copies import Shown, rows_address
from app.explore.notes import note
from app.explore.visit import Visit
from app.exports.marts import view_heads
from app.exports.shared.labels import Labels, version_labels
from app.queries import mart_rows, plan, sql_views
from app.queries.statements import table_statement
from app.records.mart_rows import Comparison, Condition, Selection
from app.records.marts import Mart, MartColumn
from app.ui import mart_descriptions
from warehouse.storage.literals import quoted

# What a browser shows without delay; larger tables are taken as a file.
MOST_ROWS = 5_000
# What an address without a table opens.
FIRST = "fct_target_progress"


def page(visit: Visit) -> Shown:
    """Render the choice of a table and period, and its rows; return these for copies."""
    reader = visit.reader
    offered = {mart.table_name: mart for mart in mart_descriptions.in_order(mart_rows.offered(reader))}
    left, right = st.columns([3, 1])
    with left:
        name = choices.one(
            "mart", words("explore.table"), list(offered), lambda code: mart_descriptions.title(offered[code]), FIRST
        )
    mart = offered[name]
    with right:
        period = _period(visit) if mart.has_periods else None
    columns = mart_rows.columns(reader, name)
    of_period = (Condition("period_code", Comparison.IN, (quoted(period),)),) if period else ()
    rows, count = mart_rows.first_rows(reader, Selection(name, of_period), MOST_ROWS)
    visit.record(f"/explore/tables?mart={name}" + (f"&period={period}" if period else ""))
    note(_caption(visit, mart, len(rows), count))
    table = {column.column_name: [row[place] for row in rows] for place, column in enumerate(columns)}
    if rows:
        st.dataframe(table, hide_index=True, placeholder="–", column_config=_headings(name, columns))
    title = mart_descriptions.title(mart)

    def workbook() -> tuple[Sheet, Labels]:
        return Sheet(title, view_heads(reader, name), tuple(rows)), version_labels(visit.publication, title)

    return Shown(table_statement(name, period), rows_address(name, period), workbook)


def _period(visit: Visit) -> str:
    """Show the choice of a period, newest first; return it, at first the one that pages open with."""
    periods = {one.period_code: one for one in plan.periods(visit.reader) if one.has_begun}
    opening = next((code for code, one in periods.items() if one.is_opening), None)
    return choices.one("period", words("period.title"), [*reversed(periods)], words.period, opening)


def _caption(visit: Visit, mart: Mart, shown: int, all_rows: int) -> str:
    viewer = visit.reader.viewer
    lines = [mart_descriptions.grain(mart)]
    if shown < all_rows:
        lines.append(words("explore.first_rows", number=words.number(shown), all=words.number(all_rows)))
    else:
        lines.append(words("explore.rows", number=words.number(all_rows)))
    if mart.table_name in sql_views.RANGES and not viewer.may(Right.SMALL_COUNTS):
        lines.append(words("explore.sql_ranges"))
    elif not mart_access.release(viewer, mart.table_name).is_whole:
        lines.append(words("downloads.held_back_of_others" if viewer.own_units else "downloads.held_back_text"))
    return " · ".join(lines)


def _headings(table: str, columns: Sequence[MartColumn]) -> dict[str, ColumnConfig]:
    """Return the meaning of every column as its help; shares have one decimal."""
    headings: dict[str, ColumnConfig] = {}
    for column in columns:
        name, meaning = column.column_name, mart_descriptions.view_meaning(table, column)
        is_share = name.endswith("_pct")
        headings[name] = NumberColumn(name, help=meaning, format="%.1f") if is_share else Column(name, help=meaning)
    return headings
