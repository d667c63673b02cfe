"""Copies of what an exploring page shows: its address, its rows as a statement in SQL and as a workbook."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

import streamlit as st

from app.api.operations import ROOT
from app.api.parameters import MOST_ROWS
from app.core import permissions, saved_views
from app.core.i18n import in_language, words
from app.core.sheet import Sheet
from app.core.url_state import in_plan
from app.explore.notes import note
from app.explore.visit import Visit
from app.exports.page_parts import XLSX_TYPE
from app.exports.shared.file_names import explored_file_name
from app.exports.shared.labels import Labels
from app.exports.shared.origin import origin_of
from warehouse.programmes import bound

# Codes have leading zeros, so that columns of text are read as text.
PANDAS = """import pandas as pd

token = "…"
rows = pd.read_csv(
    "{address}",
    storage_options={{"Authorization": f"Bearer {{token}}"}},
    dtype={{"unit_code": str, "parent_code": str, "reporter_code": str}},
)"""


@dataclass(frozen=True, slots=True)
class Shown:
    """What a page shows, for copies: the statement that selects its rows on the SQL page, and the address of the same
    rows over the API, empty for none; a function that returns them as a sheet with its labels."""

    sql: str = ""
    rows: str = ""
    workbook: Callable[[], tuple[Sheet, Labels]] | None = None


def control(visit: Visit, page: str, shown: Shown | None) -> None:
    """Show the copies of an open page."""
    with st.popover(words("views.copy")):
        parameters = {name: st.query_params.get_all(name) for name in st.query_params}
        address(saved_views.page_address(page, parameters))
        if shown:
            statement(visit, shown.sql)
            program(visit, shown.rows)
        if shown and shown.workbook:
            _workbook(visit, page, shown.workbook)


def address(path: str) -> None:
    """Show an address of this app, absolute, to copy."""
    here = urlsplit(st.context.url or "")
    note(words("views.copy_address"))
    st.code(f"{here.scheme}://{here.netloc}{path}" if here.netloc else path, language=None, wrap_lines=True)


def statement(visit: Visit, sql: str) -> None:
    """Show a statement to copy, for a viewer who may run it."""
    if not sql or not permissions.EXPLORING["sql"].is_met_by(visit.reader.viewer):
        return
    note(words("views.copy_sql"))
    st.code(sql, language="sql", wrap_lines=True)


def rows_address(mart: str, period: str | None) -> str:
    """Return the address of a table's rows, of a period if there is one, over the API of the programme in force, as a
    file for pandas."""
    chosen = {"period_code": period} if period else {}
    return in_plan(f"{ROOT}/marts/{mart}/rows?{urlencode({**chosen, 'format': 'csv', 'limit': MOST_ROWS['csv']})}")


def program(visit: Visit, rows: str) -> None:
    """Show a program to copy that reads rows over the API, for a viewer who may have them."""
    if not rows or not permissions.API["rows"].is_met_by(visit.reader.viewer):
        return
    here = urlsplit(st.context.url or "")
    note(words("views.copy_pandas"))
    st.code(PANDAS.format(address=f"{here.scheme}://{here.netloc}{rows}"), language="python", wrap_lines=True)


def _workbook(visit: Visit, page: str, workbook: Callable[[], tuple[Sheet, Labels]]) -> None:
    publication, lang = visit.publication, words.lang

    def content() -> bytes:
        from app.exports.xlsx import xlsx_bytes  # noqa: PLC0415 - the app starts without the library that writes Excel

        with in_language(lang):
            sheet, labels = workbook()
            return xlsx_bytes(labels.beside(sheet), labels, origin_of(publication))

    st.download_button(
        words("views.copy_xlsx"),
        # Made only when it is taken, in a thread of its own.
        bound(content),
        explored_file_name(publication, page, "xlsx"),
        XLSX_TYPE,
        on_click="ignore",
    )
