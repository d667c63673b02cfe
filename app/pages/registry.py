"""The registry of pages: from an address to what its page shows, before anything is drawn."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from app.core import url_state
from app.core.access import Viewer
from app.core.page_context import Context, Page
from app.core.reader import Reader
from app.pages.actions.page import page as actions_page
from app.pages.calls.page import page as calls_page
from app.pages.changes.page import page as changes_page
from app.pages.compare.page import page as compare_page
from app.pages.district.page import page as district_page
from app.pages.downloads.page import page as downloads_page
from app.pages.ledger.page import page as ledger_page
from app.pages.methodology.page import page as methodology_page
from app.pages.origin.page import page as origin_page
from app.pages.overview.page import page as overview_page
from app.pages.people.page import page as people_page
from app.pages.quality.page import page as quality_page
from app.pages.report_form.page import page as report_form_page
from app.pages.reports.page import page as reports_page
from app.pages.review.page import page as review_page
from app.pages.search.page import page as search_page
from app.pages.submit.page import page as submit_page
from app.pages.target_detail.page import page as target_page
from app.pages.tasks.page import page as tasks_page
from app.pages.ward.page import page as ward_page
from app.queries.page_frame import context_of, frame_of
from warehouse.publish.engines import published

PAGES: dict[str, Callable[[Context], Page]] = {
    "": overview_page,
    "calls": calls_page,
    "target": target_page,
    "district": district_page,
    "ward": ward_page,
    "methodology": methodology_page,
    "origin": origin_page,
    "changes": changes_page,
    "compare": compare_page,
    "tasks": tasks_page,
    "actions": actions_page,
    "quality": quality_page,
    "reports": reports_page,
    "submit": submit_page,
    "report": report_form_page,
    "downloads": downloads_page,
    "review": review_page,
    "ledger": ledger_page,
    "people": people_page,
    "search": search_page,
}


def page_of(page: str, parameters: Mapping[str, str], viewer: Viewer) -> tuple[Context, Page]:
    """A page before it is drawn, with its context: what files are made from.

    Raises `NothingPublished`, `AccessDeniedError`, `UnknownValueError`, `UnknownCodeError`.
    """
    reader = Reader(viewer, published())
    frame = frame_of(reader)
    context = context_of(url_state.read(page, parameters, tuple(frame.periods), frame.opening), reader)
    return context, PAGES[page](context)
