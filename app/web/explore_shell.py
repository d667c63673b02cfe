"""Streamlit's page, in which the exploring pages are shown: in the language of the address, with what it needs."""

from __future__ import annotations

import re
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
from app.web.page_routes import page
from app.web.streamlit_files import FOLDER, STREAMLIT_PATH

HEADERS = {"Content-Type": "text/html; charset=utf-8", "Cache-Control": "no-cache"}
# Streamlit's own addresses are files, or in folders.
_PAGE = re.compile(rf"{STREAMLIT_PATH}/([\w-]*)")
# Streamlit knows its first page by its folder's address alone.
FIRST = next(iter(permissions.EXPLORING))


class SpokenShell:
    """Middleware that answers for Streamlit's page, whose own texts are English; other requests are passed on."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or pass the request on."""
        is_reading = scope["type"] == "http" and scope["method"] == HTTPMethod.GET
        found = _PAGE.fullmatch(scope["path"]) if is_reading else None
        answer = await _answer(Request(scope), found[1]) if found else self.app
        await answer(scope, receive, send)


async def _answer(request: Request, name: str) -> Response:
    """Return Streamlit's page for a page that exists, else the app's own about it: Streamlit's is English."""
    if name == FIRST:
        return RedirectResponse(request.url.replace(path=f"{STREAMLIT_PATH}/"))
    if name in ("", *permissions.EXPLORING):
        return Response(await to_thread.run_sync(_shell), headers=HEADERS)
    request.scope["path_params"] = {"name": request.url.path.strip("/")}
    return await page(request)


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
