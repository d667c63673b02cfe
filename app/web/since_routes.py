"""Where a page asks what changed since its reader was last here: `/since?version=…&page=…&<the page's own state>`."""

from __future__ import annotations

import logging
from collections.abc import Mapping

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from app.core import url_state
from app.core.access import AccessDeniedError, Viewer
from app.core.page_context import UnknownCodeError
from app.core.reader import Reader
from app.core.url_state import UnknownValueError
from app.pages.shared.since import PAGES
from app.pages.shared.since import since as found_since
from app.queries.page_frame import context_of, frame_of
from app.web import sign_in
from warehouse.desk import RegistryDamagedError
from warehouse.publish.engines import NothingPublished, published

log = logging.getLogger(__name__)


async def since(request: Request) -> Response:
    """What to say and what to mark, in JSON; 204 where nothing changed, 404 for a page that has no figures."""
    viewer = sign_in.viewer_of(request.cookies, is_use=False)
    return await to_thread.run_sync(respond, dict(request.query_params), viewer)


def respond(parameters: Mapping[str, str], viewer: Viewer) -> Response:
    """What changed on the page of the state in `parameters` since the version named there, as a viewer may see it."""
    page = parameters.get("page", "")
    if page not in PAGES:
        return Response(status_code=404)
    try:
        reader = Reader(viewer, published())
        frame = frame_of(reader)
        state = url_state.read(page, parameters, tuple(frame.periods), frame.opening)
        context = context_of(state, reader)
        # Of who reads some units only the reports behind a figure are of others.
        found = found_since(context, parameters.get("version", "")) if viewer.readable_units is None else None
    except (UnknownValueError, UnknownCodeError) as error:
        log.info("nothing to compare: %s", error)
        return Response(status_code=404)
    except AccessDeniedError:
        return Response(status_code=403)
    except (NothingPublished, RegistryDamagedError):
        return Response(status_code=503)
    headers = {"Cache-Control": "private, no-cache"}
    if found is None:
        return Response(status_code=204, headers=headers)
    return JSONResponse({"html": found.html, "marks": dict(found.marks)}, headers=headers)
