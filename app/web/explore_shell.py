"""Streamlit's page, in which the exploring pages are shown: in the language of the address, with what it needs."""

from __future__ import annotations

from functools import cache
from http import HTTPMethod

from anyio import to_thread
from lxml import html
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from app.core import permissions
from app.core.i18n import cached_by_language, words
from app.core.url_state import in_plan
from app.ui.templates import render
from app.web.streamlit_files import FOLDER, STREAMLIT_PATH

HEADERS = {"Content-Type": "text/html; charset=utf-8", "Cache-Control": "no-cache"}


class SpokenShell:
    """Middleware that answers for Streamlit's page, whose own texts are English; other requests are passed on."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or pass the request on."""
        if scope["type"] != "http" or scope["method"] != HTTPMethod.GET or scope["path"] not in _paths():
            await self.app(scope, receive, send)
            return
        answer = await _answer(Request(scope))
        await answer(scope, receive, send)


async def _answer(request: Request) -> Response:
    # Streamlit knows its first page by the address of its folder alone.
    if request.url.path == f"{STREAMLIT_PATH}/{next(iter(permissions.EXPLORING))}":
        return RedirectResponse(request.url.replace(path=f"{STREAMLIT_PATH}/"))
    return Response(await to_thread.run_sync(_shell), headers=HEADERS)


@cache
def _paths() -> frozenset[str]:
    return frozenset(f"{STREAMLIT_PATH}/{name}" for name in ("", *permissions.EXPLORING))


@cached_by_language()
def _shell() -> bytes:
    """Return Streamlit's page with its language and title, and what is shown where scripts or websockets are missing:
    it would be empty."""
    root = html.parse(FOLDER / "index.html").getroot()
    root.set("lang", words.lang)
    root.find(".//title").text = words("explore.title")
    for own in root.xpath("//noscript"):
        own.drop_tree()
    needs = render("web/explore_needs.html", home=in_plan(f"/?lang={words.lang}"))
    root.body.extend(html.fragments_fromstring(str(needs)))
    return bytes(html.tostring(root, encoding="utf-8", doctype="<!DOCTYPE html>"))
