"""The registry of pages: from an address to what its page shows, before anything is drawn."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from app.core import url_state
from app.core.access import Viewer
from app.core.i18n import words
from app.core.page_context import Context, Page
from app.core.url_state import State, UnknownValueError
from app.pages.actions import page as actions_page
from app.pages.compare import page as compare_page
from app.pages.district import page as district_page
from app.pages.downloads import page as downloads_page
from app.pages.methodology import page as methodology_page
from app.pages.origin import page as origin_page
from app.pages.overview import page as overview_page
from app.pages.quality import page as quality_page
from app.pages.reports import page as reports_page
from app.pages.review import page as review_page
from app.pages.submit import page as submit_page
from app.pages.target import page as target_page
from app.pages.tasks import page as tasks_page
from app.pages.ward import page as ward_page
from app.queries import plan
from app.records import Period, Publication, Target
from warehouse.desk import Desk
from warehouse.engines import Published, published

PAGES: dict[str, Callable[[Context], Page]] = {
    "": overview_page.page,
    "target": target_page.page,
    "district": district_page.page,
    "ward": ward_page.page,
    "methodology": methodology_page.page,
    "origin": origin_page.page,
    "compare": compare_page.page,
    "tasks": tasks_page.page,
    "actions": actions_page.page,
    "quality": quality_page.page,
    "reports": reports_page.page,
    "submit": submit_page.page,
    "downloads": downloads_page.page,
    "review": review_page.page,
}


def page_of(page: str, parameters: Mapping[str, str], viewer: Viewer) -> tuple[Context, Page]:
    """A page before it is drawn, with its context: what files are made from.

    Raises `NothingPublished`, `AccessDeniedError`, `UnknownValueError`, `UnknownCodeError`.
    """
    warehouse = published()
    frame = frame_of(warehouse, viewer)
    if page not in PAGES:
        raise UnknownValueError("page", page)
    context = context_of(url_state.read(page, parameters, tuple(frame.periods), frame.opening), viewer, warehouse)
    return context, PAGES[page](context)


@dataclass(frozen=True, slots=True)
class Frame:
    """What every page of a version shares."""

    publication: Publication
    periods: dict[str, Period]
    targets: dict[str, Target]
    opening: str


@lru_cache(maxsize=8)
def frame_of(warehouse: Published, viewer: Viewer) -> Frame:
    publication = plan.publication(viewer, warehouse)
    periods = {period.period_code: period for period in plan.periods(viewer, warehouse)}
    targets = {target_page.target_code: target_page for target_page in plan.targets(viewer, warehouse)}
    reviewed = next((code for code, period in periods.items() if period.is_under_review), None)
    return Frame(publication, periods, targets, reviewed or next(reversed(periods)))


def context_of(asked: State, viewer: Viewer, warehouse: Published) -> Context:
    """What a view is given for a state."""
    frame = frame_of(warehouse, viewer)
    period = frame.periods[asked.period]
    return Context(
        state=asked,
        viewer=viewer,
        warehouse=warehouse,
        words=words(asked.lang),
        publication=frame.publication,
        period=period,
        periods=tuple(frame.periods.values()),
        targets=frame.targets,
        districts=tuple(plan.districts(viewer, warehouse, period.end_date)),
        desk=Desk.open(),
    )
