"""Changes since a reader's last visit: `GET /since?version=…&page=…&<state of the page>`; `POST` notes what a signed-in
reader was shown, which otherwise the browser remembers."""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from app.core import url_state
from app.core.access import AccessDeniedError, Viewer
from app.core.page_context import UnknownCodeError
from app.core.parameters import UnknownValueError
from app.core.reader import Reader
from app.pages.shared.since import PAGES
from app.pages.shared.since import since as found_since
from app.queries.page_frame import context_of, frame_of
from app.web import sign_in
from warehouse import clock
from warehouse.desk import DiskFullError, RegistryError
from warehouse.intake import RegistryBusyError
from warehouse.people import note_seen
from warehouse.publish.engines import NothingPublished, published
from warehouse.settings import Settings

# A page with its unit, target, period and window, as the page's script names it; a version. Codes may contain points.
_NAME, _VERSION = re.compile(r"[\w .-]{1,120}"), re.compile(r"[\w-]{1,60}")
log = logging.getLogger(__name__)


async def since(request: Request) -> Response:
    """Return text and marks as JSON; 204 where nothing changed, 404 for a page without figures."""
    viewer = sign_in.viewer_of(request.cookies, is_use=False)
    return await to_thread.run_sync(respond, dict(request.query_params), viewer)


async def seen(request: Request) -> Response:
    """Note that a signed-in person is shown `version` of the page `name`; return the version and moment before, 204
    without one, 404 without sign-in."""
    viewer = sign_in.viewer_of(request.cookies, is_use=False)
    name, version = request.query_params.get("name", ""), request.query_params.get("version", "")
    if not viewer.is_signed_in or not (_NAME.fullmatch(name) and _VERSION.fullmatch(version)):
        return Response(status_code=404)
    try:
        before = await to_thread.run_sync(note_seen, Settings.from_env(), viewer.person, name, version)
    except (RegistryError, RegistryBusyError, DiskFullError) as error:
        log.info("not noted what was seen: %s", error)
        return Response(status_code=503)
    if before is None:
        return Response(status_code=204)
    moment = before.seen_at.replace(tzinfo=clock.OFFICE_ZONE)
    return JSONResponse({"version": before.version, "at": round(moment.timestamp() * 1000)})


def respond(parameters: Mapping[str, str], viewer: Viewer) -> Response:
    """Return what changed on the page of the state in `parameters` since the version named there."""
    page = parameters.get("page", "")
    if page not in PAGES:
        return Response(status_code=404)
    try:
        reader = Reader(viewer, published())
        frame = frame_of(reader)
        state = url_state.read(page, parameters, tuple(frame.periods), frame.opening)
        context = context_of(state, reader)
        # For a viewer of some units, the reports behind a figure are other units'.
        found = found_since(context, parameters.get("version", "")) if viewer.readable_units is None else None
    except (UnknownValueError, UnknownCodeError) as error:
        log.info("nothing to compare: %s", error)
        return Response(status_code=404)
    except AccessDeniedError:
        return Response(status_code=403)
    except (NothingPublished, RegistryError):
        return Response(status_code=503)
    headers = {"Cache-Control": "private, no-cache"}
    if found is None:
        return Response(status_code=204, headers=headers)
    return JSONResponse({"html": found.html, "marks": dict(found.marks)}, headers=headers)
