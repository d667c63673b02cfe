"""Middleware that numbers, counts, times and logs every request, without its address, parameters or person."""

from __future__ import annotations

import logging
import time
from http import HTTPStatus

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.core.pages import PAGES
from app.web import metrics
from app.web.logs import FIELDS
from app.web.request_id import HEADER, begin_request

OVERVIEW, UNKNOWN = "overview", "unknown"
# The first part of other addresses → what they are counted as.
_OTHERS = {
    "act": "act",
    "api": "api",
    "assets": "assets",
    "digest": "digest",
    "explore": "explore",
    "export": "export",
    "health": "monitor",
    "intake": "intake",
    "metrics": "monitor",
    "oauth2callback": "sign_in",
    "sign-in": "sign_in",
    "sign-out": "sign_in",
    "since": "script",
    "version": "script",
    "who": "script",
}
LABELS = frozenset({OVERVIEW, UNKNOWN, *filter(None, PAGES), *_OTHERS.values()})
# Requested too often to be of interest one by one.
_NOT_LOGGED = frozenset({"assets", "monitor", "script"})
log = logging.getLogger(__name__)


class Observed:
    """Middleware for all requests; it comes first, so that refusals are counted too."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and count it when its answer has been sent."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        number, label, status = begin_request(), label_of(scope["path"]), int(HTTPStatus.INTERNAL_SERVER_ERROR)
        began = time.monotonic()

        async def send_numbered(message: Message) -> None:
            nonlocal status
            if message["type"] in ("http.response.start", "websocket.http.response.start"):
                status = message["status"]
                MutableHeaders(scope=message)[HEADER] = number
            elif message["type"] == "websocket.accept":
                status = int(HTTPStatus.SWITCHING_PROTOCOLS)
            await send(message)

        try:
            await self.app(scope, receive, send_numbered)
        finally:
            _count(label, status, time.monotonic() - began, is_socket=scope["type"] == "websocket")


def label_of(path: str) -> str:
    """Return what a request is counted as: the page, or the kind of another address. Never a part of the address."""
    first = path.strip("/").partition("/")[0]
    if not first:
        return OVERVIEW
    return first if first in PAGES else _OTHERS.get(first, UNKNOWN)


def _count(label: str, status: int, seconds: float, *, is_socket: bool) -> None:
    metrics.requests.labels(label, str(status)).inc()
    if status == HTTPStatus.INTERNAL_SERVER_ERROR:
        metrics.errors.labels(label).inc()
    if not is_socket:
        # A websocket is open for as long as its page is.
        metrics.request_seconds.labels(label).observe(seconds)
    if label not in _NOT_LOGGED:
        fields = {"page": label, "status": status, "ms": round(seconds * 1000, 1)}
        log.info("request", extra={FIELDS: fields})
