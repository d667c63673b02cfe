"""Script, style sheet, fonts and icon of the pages: `/assets/<name>`."""

from __future__ import annotations

from functools import cache

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from app.ui.assets import LIBRARY, files, library
from app.web.encoding import FILE_QUALITY, PAGE_QUALITY, Encoded

_A_YEAR_S = 365 * 24 * 3600
KEPT = {"Cache-Control": f"public, max-age={_A_YEAR_S}, immutable"}


async def asset(request: Request) -> Response:
    """Return a file by its name, cacheable for a year; 404 for any other name."""
    name = request.path_params["name"]
    if name == LIBRARY:
        encoded = await to_thread.run_sync(_encoded_library)
        return encoded.answer(request, {**KEPT, "Content-Type": "text/javascript"})
    found = files().get(name)
    if found is None:
        return PlainTextResponse("", 404)
    media_type, content = found
    headers = {**KEPT, "Content-Type": media_type}
    if media_type.startswith("font/"):
        return Response(content, headers=headers)
    return _encoded(name).answer(request, headers)


@cache
def _encoded(name: str) -> Encoded:
    return Encoded(files()[name][1], FILE_QUALITY)


@cache
def _encoded_library() -> Encoded:
    # At the quality of the other files it would take ten seconds.
    return Encoded(library(), PAGE_QUALITY)
