"""Stopping the digest: `/digest/stop?recipient=…&code=…`, the link in each message, without a sign-in.

`GET` shows a page with one button: mail filters open links. `POST` stops it, from that button or from a mail program
(RFC 8058). The link's signature is of one recipient, and there is nothing else that it can do.
"""

from __future__ import annotations

from http import HTTPStatus

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from app.core.i18n import words
from app.digest.letter import STOP
from app.ui.templates import render
from app.web.page_renderer import page_alone
from warehouse.digest import Recipient, Recipients, StopLink
from warehouse.intake import DiskFullError, RegistryBusyError, RegistryError
from warehouse.people import AccessTrail
from warehouse.settings import Settings

_RETRY_LATER = {"Retry-After": "60"}


async def stop(request: Request) -> Response:
    """Show the page of a link, or stop the digest that it is of; 404 for a link that is none."""
    link = StopLink(request.query_params.get("recipient", ""), request.query_params.get("code", ""))
    try:
        found = await to_thread.run_sync(_stopped if request.method == "POST" else _found, link)
    except (RegistryError, RegistryBusyError, DiskFullError):
        return PlainTextResponse(words("digest.later"), HTTPStatus.SERVICE_UNAVAILABLE, _RETRY_LATER)
    return _answer(request, found)


def _found(link: StopLink) -> Recipient | None:
    return Recipients(AccessTrail.open(Settings.from_env())).of_link(link)


def _stopped(link: StopLink) -> Recipient | None:
    return Recipients(AccessTrail.open(Settings.from_env())).stop_by_link(link)


def _answer(request: Request, found: Recipient | None) -> Response:
    key = "stop_unknown" if found is None else "stop" if found.stopped_at is None else "stopped"
    title, text = words(f"digest.{key}_title"), words(f"digest.{key}_text", system=words("app.title"))
    action = f"{STOP}?{request.url.query}" if key == "stop" else ""
    body = render("web/digest_stop.html", title=title, text=text, action=action)
    status = HTTPStatus.NOT_FOUND if found is None else HTTPStatus.OK
    headers = {"Cache-Control": "no-store", "Content-Type": "text/html; charset=utf-8"}
    return page_alone(title, body, status).document.answer(request, headers, status)


ROUTES = [Route(STOP, stop, methods=["GET", "POST"])]
