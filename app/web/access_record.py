"""The access trail of requests: refusals, files taken, and checked reports of units other than the viewer's own.

The answer itself decides what is recorded, so that no route can forget it, and the record is written before the answer
is sent: what cannot be recorded is not given. With a file its SHA-256 is recorded, by which `verify` recognises it.
"""

from __future__ import annotations

import hashlib
import logging
from http import HTTPStatus
from threading import Lock

from anyio import to_thread
from cachetools import LRUCache, TTLCache
from starlette.datastructures import Headers
from starlette.requests import HTTPConnection
from starlette.types import Message, Send

from app.core.access import Viewer
from app.core.needs import DECIDING
from app.core.permissions import FORMS
from app.forms.form import FormResult
from app.web.file_digest import sha256_of
from warehouse.desk import DiskFullError, RegistryBusyError, RegistryError, RegistryNotWritableError
from warehouse.people import SHA256, AccessKind, AccessTrail
from warehouse.programmes import code_in_force

ORIGINALS = "/intake/original"
# How the names of the forms of saved views end.
OF_VIEWS = "-view"
# A refusal that is repeated is recorded once in so long.
REPEATED_S = 60.0
# What keeps a row from the trail.
UNRECORDED = (DiskFullError, RegistryBusyError, RegistryNotWritableError)
_ABOUT = "is_about"
_told: TTLCache[tuple[str, str, str], bool] = TTLCache(maxsize=10_000, ttl=REPEATED_S)
_given: LRUCache[tuple[str, str], bool] = LRUCache(maxsize=10_000)
_lock = Lock()
log = logging.getLogger(__name__)


def recording(viewer: Viewer, asked: HTTPConnection, send: Send) -> Send:
    """Return a `send` that records the answer to a viewer before it sends it; without sign-in, only files."""

    # Created here, so that the route and this answer share it.
    noted = asked.state
    # The beginning of an answer that waits for the content whose digest is recorded, and what is recorded of it.
    waiting: list[tuple[AccessKind, Message]] = []

    async def record_and_send(message: Message) -> None:
        about = getattr(noted, _ABOUT, "")
        if message["type"] == "http.response.start":
            kind = _kind(asked, message, about)
            if kind in (AccessKind.DOWNLOADED, AccessKind.ORIGINAL_OPENED):
                waiting.append((kind, message))
                return
            if kind and viewer.is_signed_in:
                await to_thread.run_sync(_write, kind, viewer, _what(asked, about))
        elif waiting:
            kind, start = waiting.pop()
            await to_thread.run_sync(_write_file, kind, viewer, _what(asked, about), _digest(start, message))
            await send(start)
        await send(message)

    return record_and_send


def _what(asked: HTTPConnection, about: str) -> str:
    return f"{asked.url.path}?{asked.url.query}".rstrip("?") + f" {about}".rstrip()


def _digest(start: Message, body: Message) -> str:
    """Return the digest that the answer states, or that of its content if it is sent whole; else an empty text."""
    if stated := sha256_of(Headers(raw=start["headers"])):
        return stated
    is_whole = body["type"] == "http.response.body" and not body.get("more_body", False)
    return hashlib.sha256(body.get("body", b"")).hexdigest() if is_whole else ""


def note(asked: HTTPConnection, about: str) -> None:
    """Note the unit that an answer is about where the address does not name it."""
    setattr(asked.state, _ABOUT, about)


def why_unrecorded(error: DiskFullError | RegistryBusyError | RegistryNotWritableError) -> tuple[str, HTTPStatus]:
    """Return the key of the text, and the status, for what is not done because `UNRECORDED` kept it from the trail."""
    if isinstance(error, DiskFullError):
        return "guard.full", HTTPStatus.INSUFFICIENT_STORAGE
    if isinstance(error, RegistryNotWritableError):
        return "guard.not_writable", HTTPStatus.INTERNAL_SERVER_ERROR
    return "guard.busy", HTTPStatus.SERVICE_UNAVAILABLE


def record_decision(viewer: Viewer, outcome: FormResult, about: str) -> None:
    """Put a form with which a report or period was decided, or a view saved or shared, on the access trail; `about` is
    the address of its page. The registry keeps both too; here they are beside refusals, which `recording` notes."""
    if not outcome.is_done:
        return
    if FORMS.get(outcome.form) == DECIDING:
        kind, what = AccessKind.DECIDED, f"{about} {outcome.form}"
    elif outcome.form.endswith(OF_VIEWS):
        # The address that follows names the view.
        kind, what = AccessKind.VIEW_CHANGED, f"{outcome.go} {outcome.form}"
    else:
        return
    try:
        AccessTrail.open().record(kind, viewer.person, viewer.session, {"what": what})
    except (RegistryError, RegistryBusyError, DiskFullError) as error:
        # An error would state that it was not carried out.
        log.error("not on the access trail: %s (%s)", what, type(error).__name__)


def _kind(asked: HTTPConnection, answer: Message, about: str) -> AccessKind | None:
    if answer["status"] == HTTPStatus.FORBIDDEN:
        return AccessKind.REFUSED
    is_file = "attachment" in Headers(raw=answer["headers"]).get("content-disposition", "")
    if answer["status"] != HTTPStatus.OK:
        return None
    if not is_file:
        return AccessKind.REPORT_CHECKED if about else None
    return AccessKind.ORIGINAL_OPENED if asked.url.path == ORIGINALS else AccessKind.DOWNLOADED


def _write_file(kind: AccessKind, viewer: Viewer, what: str, sha256: str) -> None:
    """Record a file; without sign-in each content once, so that repeated requests do not fill the trail."""
    trail, about = AccessTrail.open(), {"what": what, SHA256: sha256}
    key = (str(trail.engine.url), sha256 or what)
    with _lock:
        if not viewer.is_signed_in and key in _given:
            return
    trail.record(kind, viewer.person, viewer.session, about)
    with _lock:
        _given[key] = True


def _write(kind: AccessKind, viewer: Viewer, what: str) -> None:
    if kind is AccessKind.REFUSED:
        with _lock:
            refused = (code_in_force(), viewer.person, what)
            if refused in _told:
                return
            _told[refused] = True
    AccessTrail.open().record(kind, viewer.person, viewer.session, {"what": what})
