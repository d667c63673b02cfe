"""`Cache-Control: no-store` for answers to viewers who see small counts."""

from __future__ import annotations

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send


async def answer_unkept(app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
    """Call the app as if the browser had nothing cached, and forbid caching of the answer."""

    async def send_unkept(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            headers["cache-control"] = "no-store"
            # What is not cached cannot be revalidated.
            del headers["etag"]
        await send(message)

    # A browser that cached a page before this was forbidden gets it again instead of 304.
    asked = [header for header in scope["headers"] if header[0] != b"if-none-match"]
    await app({**scope, "headers": asked}, receive, send_unkept)
