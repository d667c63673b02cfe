"""Rendering ahead of the pages that are opened first: after the start of the app and after every publication.

Requests take precedence: between two pages this thread rests for twice as long as the last one took. A page is cached
as after a visit, and the cache has room for all pages that are rendered ahead.
"""

from __future__ import annotations

import logging
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from threading import Event, Thread

from app.core.access import BUILT_IN_VIEWER, Viewer
from app.core.reader import Reader
from app.core.role_rights import viewer_of_grants
from app.core.url_state import DEFAULT_LANGUAGE, WINDOWS
from app.queries import plan
from app.queries.page_frame import frame_of
from app.ui.templates import compile_all
from app.web.page_renderer import draw
from warehouse.people import Grant, Role
from warehouse.programmes import in_force
from warehouse.publish.engines import NothingPublished, published
from warehouse.settings import Settings

LOOK_EVERY_S = 5.0
# At most a third of one core.
REST_PER_WORK = 2.0
Address = tuple[str, Mapping[str, str]]
log = logging.getLogger(__name__)


@asynccontextmanager
async def prerendering(settings: Settings) -> AsyncIterator[None]:
    """Run a thread that watches for a new version and renders its first pages."""
    ended = Event()
    if settings.draws_ahead:
        Thread(target=_keep_ahead, args=(ended,), name="drawing-ahead", daemon=True).start()
    yield
    ended.set()


def first_pages(reader: Reader) -> Iterator[Address]:
    """Yield page and parameters of what is opened first: overview, review, every target and every district of the
    opening period, or every commune where there are none, in both windows."""
    frame = frame_of(reader)
    districts = plan.districts(reader, frame.periods[frame.opening].end_date)
    communes = [] if districts else plan.reporting_units(reader, frame.opening)
    for window in WINDOWS:
        shared = {"period": frame.opening, "window": window, "lang": DEFAULT_LANGUAGE}
        yield "", shared
        yield "review", shared
        for code in (target.target_code for target in plan.targets(reader, frame.opening)):
            yield "target", {"target": code, **shared}
        for unit in districts:
            yield "district", {"unit": unit.unit_code, **shared}
        for unit in communes:
            yield "ward", {"unit": unit.unit_code, **shared}


def first_viewers() -> list[Viewer]:
    """Return the viewers whose pages many share: department and leaders where people sign in."""
    if not Settings.from_env().asks_to_sign_in:
        return [BUILT_IN_VIEWER]
    return [viewer_of_grants((Grant("", role),), "", "") for role in (Role.LEADER, Role.DEPARTMENT)]


def _keep_ahead(ended: Event) -> None:
    compile_all()
    drawn: dict[str, str] = {}
    while not ended.is_set():
        for code in Settings.from_env().codes:
            with in_force(code):
                drawn[code] = _draw_newer(drawn.get(code, ""), ended)
        ended.wait(LOOK_EVERY_S)


def _draw_newer(done: str, ended: Event) -> str:
    """Render the first pages of the programme in force unless `done` is its version; return the version rendered."""
    try:
        warehouse = published()
        if warehouse.version != done:
            for viewer in first_viewers():
                _draw_all(Reader(viewer, warehouse), ended)
    except NothingPublished:
        return ""
    except Exception:  # a page shows its error to the viewer who opens it
        log.exception("pages could not be drawn ahead")
        return done
    return warehouse.version


def _draw_all(reader: Reader, ended: Event) -> None:
    for page, parameters in first_pages(reader):
        began = time.monotonic()
        draw(page, parameters, reader.viewer)
        if ended.wait(REST_PER_WORK * (time.monotonic() - began)):
            return
