"""Streamlit's own files: the tags that wake it, and its scripts and style sheets, compressed once.

Streamlit sends them as they are: 2.3 MB a first visit, of which a fifth is left.
"""

from __future__ import annotations

from functools import cache
from http import HTTPMethod
from importlib.metadata import distribution
from pathlib import Path

from anyio import to_thread
from lxml import html
from markupsafe import Markup
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from app.web.asset_routes import KEPT
from app.web.encoding import Encoded

# Found without importing Streamlit, which would load half of Plotly with it.
FOLDER = Path(str(distribution("streamlit").locate_file("streamlit/static")))
MEDIA_TYPES = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}
# A third of a second for all that a visit loads; the highest takes ten times that for a tenth less.
QUALITY = 9
_WAKING = "//script[@src] | //link[@rel='modulepreload' or @rel='stylesheet']"
_kept: dict[str, Encoded] = {}
# What of Streamlit a page needs besides: it mounts one component.
_COMPONENT = "/static/js/BidiComponent."


@cache
def waking_tags() -> Markup:
    """The tags of Streamlit's `index.html` that load its scripts and style sheet, their addresses from the root."""
    tags = html.parse(FOLDER / "index.html").xpath(_WAKING)
    for tag in tags:
        name = "src" if tag.tag == "script" else "href"
        tag.set(name, tag.get(name).removeprefix("."))
        tag.tail = None
    return Markup("").join(Markup(html.tostring(tag, encoding="unicode")) for tag in tags)  # noqa: S704 - their own page


class CompressedStatics:
    """Answers for the text files below `/static`; whatever else is asked for, and parts of files, Streamlit answers."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or pass the request on."""
        if not _is_whole_file(scope):
            await self.app(scope, receive, send)
            return
        path = scope["path"]
        encoded = _kept.get(path)
        if encoded is None:
            encoded = await to_thread.run_sync(_compress, path)
        headers = {**KEPT, "Content-Type": MEDIA_TYPES[_text_files()[path].suffix]}
        await encoded.answer(Request(scope), headers)(scope, receive, send)


def compress_ahead() -> None:
    """Compress what a first visit loads, before there is one."""
    tags = waking_tags()
    for path in _text_files():
        if path in tags or path.startswith(_COMPONENT):
            _compress(path)


def _is_whole_file(scope: Scope) -> bool:
    if scope["type"] != "http" or scope["method"] != HTTPMethod.GET or scope["path"] not in _text_files():
        return False
    return "range" not in Headers(scope=scope)


@cache
def _text_files() -> dict[str, Path]:
    """Every text file by the path of its address. Their names carry a hash of what is in them."""
    found = (path for path in (FOLDER / "static").rglob("*") if path.suffix in MEDIA_TYPES)
    return {f"/{path.relative_to(FOLDER).as_posix()}": path for path in found}


def _compress(path: str) -> Encoded:
    _kept[path] = Encoded(_text_files()[path].read_bytes(), QUALITY)
    return _kept[path]
