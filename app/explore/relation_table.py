"""The figures of the page of relations as a table: also those without a dot, with the reason."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from urllib.parse import urlencode

import pandas as pd
import streamlit as st

from app.analysis.pairs import Axes, Candidate, disclosed_value
from app.core.i18n import words
from app.core.levels import is_top, unit_page
from app.core.sheet import Column as SheetColumn
from app.core.sheet import Sheet
from app.core.url_state import in_plan
from app.explore.charts import TABLE_PX
from app.explore.plain_table import plain_table
from app.records import Progress
from app.ui.relation_text import figure_text, reason_text

NAME, VALUES, ORIGINS = "name", ("x", "y"), ("origin_x", "origin_y")
LINKS = ("page", *ORIGINS)


def show_table(candidates: Sequence[Candidate], names: Mapping[str, str], heading: str, axes: Axes) -> Sheet:
    """Show the candidates, with the `names` of their keys below `heading`, as a table and, if chosen, as text.

    Return the table for a file.
    """
    frame = pd.DataFrame([_line(one, names[one.key]) for one in candidates])
    titles = {NAME: heading, "left_out": words("explore.column_left_out"), "page": words("explore.column_page")}
    for place, target in zip(VALUES, (axes.x, axes.y), strict=True):
        titles[place] = f"{target.target_code}, %"
        titles[f"{place}_figure"] = f"{target.target_code} {words.of(target, 'short_name')}"
        titles[f"origin_{place}"] = f"{words('explore.column_origin')}, {target.target_code}"
    config = st.column_config
    columns = {name: config.Column(titles[name], pinned=name == NAME) for name in frame.columns}
    columns |= {name: config.NumberColumn(titles[name], format="%.1f") for name in VALUES}
    for name in LINKS:
        columns[name] = config.LinkColumn(
            titles[name], display_text=words("explore.open_origin" if name in ORIGINS else "explore.open_page")
        )
    st.dataframe(
        frame,
        key="pairs",
        height=TABLE_PX,
        hide_index=True,
        placeholder="–",
        column_config=columns,
        alt=words("explore.rows", number=words.number(len(frame))),
    )
    plain_table(frame.drop(columns=[*LINKS, *VALUES]).rename(columns=titles))
    return _sheet(frame.drop(columns=list(LINKS)), titles)


def _sheet(frame: pd.DataFrame, titles: Mapping[str, str]) -> Sheet:
    columns = [SheetColumn(titles[name], "percent" if name in VALUES else "text") for name in frame.columns]
    rows = frame.astype(object).where(frame.notna(), None).itertuples(index=False, name=None)
    return Sheet(words("explore.relations"), tuple(columns), tuple(rows))


def unit_address(row: Progress) -> str | None:
    """Return the address of the page of a figure's unit; None for a unit without a page."""
    page = unit_page(row.unit_level)
    if not page and not is_top(row.unit_level):
        return None
    return _address(page, row, {"unit": row.unit_code} if page else {})


def origin_address(row: Progress) -> str:
    """Return the address of the form cells that a figure comes from."""
    return _address("origin", row, {"target": row.target_code, "unit": row.unit_code})


def _address(page: str, row: Progress, values: Mapping[str, str]) -> str:
    shared = {"period": row.period_code, "window": row.period_window, "lang": words.lang}
    return in_plan(f"/{page}?{urlencode({**values, **shared})}")


def _line(candidate: Candidate, name: str) -> dict[str, object]:
    rows = {"x": candidate.x, "y": candidate.y}
    known = candidate.x or candidate.y
    reason = candidate.missing_reason
    return {
        NAME: name,
        **{place: disclosed_value(row) if row and row.value_pct is not None else None for place, row in rows.items()},
        **{f"{place}_figure": figure_text(row) if row else None for place, row in rows.items()},
        "left_out": reason_text(reason) if reason else None,
        "page": unit_address(known) if known else None,
        **{f"origin_{place}": origin_address(row) if row else None for place, row in rows.items()},
    }
