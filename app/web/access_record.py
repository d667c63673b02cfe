"""What goes on the access trail of what is asked for: refusals, and whatever is taken away.

It is told by the answer itself, so that no route can forget it, and written before the answer goes out: what cannot be
put on record is not given.
"""

from __future__ import annotations

from http import HTTPStatus
from threading import Lock

from anyio import to_thread
from cachetools import TTLCache
from starlette.datastructures import Headers
from starlette.requests import HTTPConnection
from starlette.types import Message, Send

from app.core.access import Viewer
from app.core.permissions import DECIDING, FORMS
from app.forms.form import FormResult
from warehouse.people import AccessKind, AccessTrail

ORIGINALS = "/intake/original"
# Somebody who tries the same door again and again is put on record once in so long.
REPEATED_S = 60.0
_told: TTLCache[tuple[str, str], bool] = TTLCache(maxsize=10_000, ttl=REPEATED_S)
_lock = Lock()


def recording(viewer: Viewer, asked: HTTPConnection, send: Send) -> Send:
    """The way out for the answer to a signed-in viewer, by way of the access trail."""

    async def record_and_send(message: Message) -> None:
        kind = _kind(asked, message) if message["type"] == "http.response.start" else None
        if kind:
            await to_thread.run_sync(_write, kind, viewer, f"{asked.url.path}?{asked.url.query}".rstrip("?"))
        await send(message)

    return record_and_send


def record_form(viewer: Viewer, outcome: FormResult, about: str) -> None:
    """Put a form that was refused, or with which a report or quarter was decided on, on the access trail; `about` is
    the address of its page. The registry keeps decisions too; here they stand beside who was refused."""
    if outcome.is_refused:
        _write(AccessKind.REFUSED, viewer, f"{about} {outcome.form}")
    elif outcome.is_done and FORMS.get(outcome.form) == DECIDING:
        AccessTrail.open().record(
            AccessKind.DECIDED, viewer.person, viewer.session, {"what": f"{about} {outcome.form}"}
        )


def _kind(asked: HTTPConnection, answer: Message) -> AccessKind | None:
    if answer["status"] == HTTPStatus.FORBIDDEN:
        return AccessKind.REFUSED
    is_file = "attachment" in Headers(raw=answer["headers"]).get("content-disposition", "")
    if answer["status"] != HTTPStatus.OK or not is_file:
        return None
    return AccessKind.ORIGINAL_OPENED if asked.url.path == ORIGINALS else AccessKind.DOWNLOADED


def _write(kind: AccessKind, viewer: Viewer, what: str) -> None:
    if kind is AccessKind.REFUSED:
        with _lock:
            if (viewer.person, what) in _told:
                return
            _told[viewer.person, what] = True
    AccessTrail.open().record(kind, viewer.person, viewer.session, {"what": what})
