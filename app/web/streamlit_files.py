"""Streamlit's own files, for the exploring pages: served compressed, 0.5 of 2.3 MB; what of them the policy names."""

from __future__ import annotations

import re
from functools import cache
from http import HTTPMethod
from importlib.metadata import distribution
from pathlib import Path

from anyio import to_thread
from lxml import html
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from app.core import permissions
from app.web.asset_routes import KEPT
from app.web.encoding import PAGE_QUALITY, Encoded

# The option `server.baseUrlPath` of `.streamlit/config.toml`: everything of Streamlit is below it.
STREAMLIT_PATH = "/explore"
# The paths that are Streamlit's: its pages, and what is a file or in a folder.
STREAMLIT_PATHS = re.compile(rf"{STREAMLIT_PATH}(?:/(?:{'|'.join(permissions.EXPLORING)}|.*[/.].*)?)?")
# Found without importing Streamlit, which costs seconds.
FOLDER = Path(str(distribution("streamlit").locate_file("streamlit/static")))
MEDIA_TYPES = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}


def inline_script() -> str:
    """Return the script inside Streamlit's page, whose hash the policy names."""
    script: str = html.parse(FOLDER / "index.html").xpath("string(//script[not(@src)])")
    return script


class CompressedStatics:
    """Middleware that answers for Streamlit's text files; other requests, and those for a range, are passed on."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or pass the request on."""
        if not _is_whole_file(scope):
            await self.app(scope, receive, send)
            return
        path = scope["path"]
        encoded = await to_thread.run_sync(_encoded, path)
        headers = {**KEPT, "Content-Type": MEDIA_TYPES[_text_files()[path].suffix]}
        await encoded.answer(Request(scope), headers)(scope, receive, send)


def _is_whole_file(scope: Scope) -> bool:
    if scope["type"] != "http" or scope["method"] != HTTPMethod.GET or scope["path"] not in _text_files():
        return False
    return "range" not in Headers(scope=scope)


@cache
def _text_files() -> dict[str, Path]:
    """Return every text file by the path of its address. Their names carry a hash of their content."""
    files = (path for path in (FOLDER / "static").rglob("*") if path.suffix in MEDIA_TYPES)
    return {f"{STREAMLIT_PATH}/{path.relative_to(FOLDER).as_posix()}": path for path in files}


@cache
def _encoded(path: str) -> Encoded:
    return Encoded(_text_files()[path].read_bytes(), PAGE_QUALITY)
