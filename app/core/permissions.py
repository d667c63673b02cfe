"""Rights required by forms, files and routes; those of pages are in `pages.py`.

Anything not listed is denied; a test enforces it.
"""

from __future__ import annotations

from collections.abc import Mapping

from app.core.access import AccessDeniedError, Right, Viewer
from app.core.needs import ASKING, DECIDING, FOLLOWING_UP, READING, READING_ALL, SENDING, Need
from app.core.pages import PAGES
from app.core.url_state import NEW_ACTION, NEW_QUESTION, State, hidden_programme
from warehouse.settings import Settings

FORMS: Mapping[str, Need] = {
    "open-action": FOLLOWING_UP,
    "change-action": FOLLOWING_UP,
    "move-action": FOLLOWING_UP,
    "comment-action": FOLLOWING_UP,
    "start-action": FOLLOWING_UP,
    "close-action": FOLLOWING_UP,
    "reopen-action": FOLLOWING_UP,
    "cancel-action": FOLLOWING_UP,
    "add-note": FOLLOWING_UP,
    "ask-question": ASKING,
    # The office is checked again before the answer.
    "answer-question": SENDING,
    # The registry checks whose question it is.
    "ask-again": ASKING,
    "close-question": ASKING,
    "record-call": FOLLOWING_UP,
    "keep-line": FOLLOWING_UP,
    "decide": FOLLOWING_UP,
    "order-topics": FOLLOWING_UP,
    "hold-review": FOLLOWING_UP,
    "write-minutes": FOLLOWING_UP,
    "accept-report": DECIDING,
    "return-report": DECIDING,
    # All who may explore save views; the registry checks to whom a view belongs.
    "save-view": READING,
    "change-view": READING,
    "archive-view": READING,
    "restore-view": READING,
    "watch-view": READING,
    "unwatch-view": READING,
    "pin-view": FOLLOWING_UP,
    "unpin-view": FOLLOWING_UP,
    "lock-quarter": DECIDING,
    "unlock-quarter": DECIDING,
}
# Files contain no more than the page they are created from, except whole documents and marts, which contain all units.
FILES: Mapping[str, Need] = {
    "table.csv": READING,
    "table.csv-metadata.json": READING,
    "table.xlsx": READING,
    "chart.svg": READING,
    "figure.json": READING,
    "mart.csv": READING_ALL,
    "mart.csv-metadata.json": READING_ALL,
    "mart.xlsx": READING_ALL,
    "mart.parquet": READING_ALL,
    "calls.html": READING_ALL,
    "deck.pptx": READING_ALL,
    "minutes.docx": READING_ALL,
    "minutes.pdf": READING_ALL,
    "offices.docx": READING_ALL,
    "memo.docx": READING_ALL,
    "quarter.html": READING_ALL,
    "quarter.docx": READING_ALL,
    "quarter.pdf": READING_ALL,
}
# Below `/intake`, and `/report`. An original belongs to one unit and contains its counts.
ROUTES: Mapping[str, Need] = {
    "check": SENDING,
    "submit": SENDING,
    "marked": SENDING,
    "preview": SENDING,
    "unpack": SENDING,
    "report": SENDING,
    "template": SENDING,
    # They include the last values that all units reported.
    "templates": Need(Right.SUBMIT),
    "original": Need(Right.SMALL_COUNTS, in_a_unit=True),
    "build": READING,
}
# Below `/api/v1`. Rows about some units only are chosen for callers who read these alone.
API: Mapping[str, Need] = {
    "marts": READING,
    "mart": READING,
    "rows": READING,
    "csvw": READING,
    "reports": READING,
    "report": READING,
    "submit": SENDING,
    "schemas": READING,
    "schema": READING,
    "data-value-sets": READING,
    "metadata": READING_ALL,
    "openapi": READING,
}
# The exploring pages, by module of `app.explore`.
EXPLORING: Mapping[str, Need] = {
    "progress": READING,
    "pivot": READING,
    "relations": READING,
    "sql": READING_ALL,
    "tables": READING_ALL,
    "views": READING,
}


def hidden_pages(viewer: Viewer) -> frozenset[str]:
    """Return the pages that are hidden from a viewer, `NEW_ACTION` and `NEW_QUESTION` if they may not send these forms,
    and the programmes in which they have no role."""
    pages = {page for page in PAGES if not may_open(viewer, page)} | hidden_programmes(viewer)
    forms = {NEW_ACTION: "open-action", NEW_QUESTION: "ask-question"}
    return frozenset(pages | {entry for entry, form in forms.items() if not FORMS[form].is_met_by(viewer)})


def hidden_programmes(viewer: Viewer) -> frozenset[str]:
    """Return the entries of `State.hidden` for the programmes in which a viewer has no role."""
    if viewer.programmes is None:
        return frozenset()
    return frozenset(hidden_programme(code) for code in Settings.from_env().codes if not viewer.sees_programme(code))


def may_open(viewer: Viewer, page: str) -> bool:
    """Return whether a viewer may open a page."""
    return page in PAGES and PAGES[page].need.is_met_by(viewer)


def require(viewer: Viewer, needs: Mapping[str, Need], name: str) -> None:
    """Raise `AccessDeniedError` unless the viewer meets the requirement of `name` in one of the tables above."""
    if name not in needs or not needs[name].is_met_by(viewer):
        raise AccessDeniedError(f"{viewer.name} may not use {name!r}")


def require_page(viewer: Viewer, state: State) -> None:
    """Raise `AccessDeniedError` unless the viewer may open a page, and read the units that its address names."""
    if not may_open(viewer, state.page):
        raise AccessDeniedError(f"{viewer.name} may not use {state.page!r}")
    named = [state.unit, *(state.get("units") or "").split(","), *(state.get("peers") or "").split(",")]
    if viewer.readable_units is not None and any(unit and not viewer.may_read(unit) for unit in named):
        raise AccessDeniedError(f"{viewer.name} may not read of {named}")
