"""Where the browser's side of the pages is fetched: `/assets/<name>`."""

from __future__ import annotations

from functools import cache

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from app.ui.assets import files
from app.web.encoding import FILE_QUALITY, Encoded

_A_YEAR_S = 365 * 24 * 3600
KEPT = {"Cache-Control": f"public, max-age={_A_YEAR_S}, immutable"}


async def asset(request: Request) -> Response:
    """A file by its name, to be kept for a year; 404 for any other name."""
    found = files().get(request.path_params["name"])
    if found is None:
        return PlainTextResponse("", 404)
    media_type, content = found
    headers = {**KEPT, "Content-Type": media_type}
    if media_type.startswith("font/"):
        return Response(content, headers=headers)
    return _encoded(request.path_params["name"]).answer(request, headers)


@cache
def _encoded(name: str) -> Encoded:
    return Encoded.of(files()[name][1], FILE_QUALITY)
