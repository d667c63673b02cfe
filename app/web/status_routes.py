"""Routes that browsers and monitors request automatically: whether the app runs, which version is published."""

from __future__ import annotations

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from app.core import url_state
from app.core.i18n import words
from warehouse.publish.engines import NothingPublished, published
from warehouse.settings import RELEASE


async def version(request: Request) -> Response:
    """Return the published version as an `ETag`, with the texts with which a page offers a newer version; 304 if the
    browser has this version."""
    tag = f'"{await to_thread.run_sync(_published_version)}"'
    headers = {"ETag": tag, "Cache-Control": "no-store"}
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers=headers)
    say = words(url_state.language_of(request.query_params))
    return JSONResponse({"said": say("live.newer"), "show": say("live.show")}, headers=headers)


def _published_version() -> str:
    try:
        return published().version
    except NothingPublished:
        return ""


async def live(_: Request) -> Response:
    """Report that the app answers, and its release, for monitors and service managers."""
    return JSONResponse({"status": "live", "release": RELEASE}, headers={"Cache-Control": "no-store"})


async def not_found(_: Request) -> Response:
    """Answer for an address that Streamlit would serve and this app does not."""
    return PlainTextResponse("", 404)


ROUTES = [Route("/version", version), Route("/health/live", live)]
