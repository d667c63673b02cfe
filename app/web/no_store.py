"""Answers to viewers who see small counts are kept in no browser's and no proxy's cache."""

from __future__ import annotations

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send


async def answer_unkept(app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
    """Have the app answer as if the browser had nothing yet, and forbid to keep the answer."""

    async def send_unkept(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            headers["cache-control"] = "no-store"
            # What is not kept cannot be asked after.
            del headers["etag"]
        await send(message)

    # A browser that kept a page before this was forbidden gets it anew, instead of leave to go on keeping it.
    asked = [header for header in scope["headers"] if header[0] != b"if-none-match"]
    await app({**scope, "headers": asked}, receive, send_unkept)
