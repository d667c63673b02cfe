"""Where files of reports come in and go out: `/intake/<what>`, beside the pages.

A file is the body of its request; its name, who sends it and their note come percent-encoded in headers of their own
(`X-Report`, `X-By`, `X-Note`), which no form of another site can send. Answers are JSON for the page's script:
`state` (ready | refused | known | failed | landed), `said` (a sentence), `html` (a finished fragment; null leaves what
is there), `canMark` (there is something to mark), `fields` (what is wrong with a field).
"""

from __future__ import annotations

import logging
import re
import secrets
import traceback
from collections.abc import Callable, Coroutine, Sequence
from functools import partial
from http import HTTPStatus
from typing import Any
from urllib.parse import quote, unquote

from anyio import CancelScope, move_on_after, to_thread
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from app.core import permissions, url_state
from app.core.access import AccessDeniedError, Viewer
from app.core.i18n import Words, words
from app.web import access_record, bundle_answers, sign_in, upload_answers
from app.web.downloads import OpenFile, counted
from app.web.rates import address_of
from app.web.turns import COME_AGAIN, Crowded, Turns
from app.web.upload_answers import Answer, File, Upload
from warehouse.intake import (
    MAX_BUNDLE_BYTES,
    MAX_FILE_BYTES,
    DiskFullError,
    IntakeRefusal,
    RegistryBusyError,
    RegistryDamagedError,
)
from warehouse.settings import Settings

MAX_NAME = 1000
MEGABYTE = 1_000_000
# What may be in memory of files that have not arrived whole.
ARRIVING_BYTES = 10 * MAX_FILE_BYTES
_NUMBER = re.compile("[0-9]{1,9}")
log = logging.getLogger(__name__)

# Two files are read at a time, so that whoever looks at pages is served; a crowd is asked to come again.
turns = Turns(at_once=2, waiting=18)
# Everybody's forms take every processor for some seconds.
form_set_turns = Turns(at_once=1, waiting=3)


class Arrivals:
    """Files on their way in, the longest under way first. Only whole ones stand in line, so one that stalls holds
    up nobody; and when all together grow too large, the one longest under way is dropped."""

    def __init__(self) -> None:
        self._sizes: dict[CancelScope, int] = {}

    async def whole(self, request: Request, patience: CancelScope, limit: int) -> bytes:
        """The whole body, unless `patience` ends before. Raises `TooLarge` as soon as it is."""
        parts = []
        self._sizes[patience] = 0
        try:
            async for part in request.stream():
                self._sizes[patience] += len(part)
                if self._sizes[patience] > limit:
                    raise TooLarge(limit)
                if sum(self._sizes.values()) > ARRIVING_BYTES:
                    next(iter(self._sizes)).cancel()
                parts.append(part)
            return b"".join(parts)
        finally:
            del self._sizes[patience]


arrivals = Arrivals()


class TooLarge(Exception):  # noqa: N818 - an answer to the sender, not a failure of the program
    """The body is larger than its `limit`."""

    def __init__(self, limit: int) -> None:
        super().__init__(limit)
        self.limit = limit


class Foreign(Exception):  # noqa: N818 - as above
    """The request does not come from a page of this app."""


class TooSlow(Exception):  # noqa: N818 - as above
    """The file did not arrive in time."""


class Gone(Exception):  # noqa: N818 - as above
    """There is no such file."""


# What went wrong → the words for it and the status; whatever is not among them is told with a code.
TOLD: dict[type[BaseException], tuple[str, int]] = {
    TooLarge: ("upload.too_large", 413),
    Foreign: ("guard.foreign", 403),
    TooSlow: ("upload.slow", 408),
    Crowded: ("upload.busy", 503),
    RegistryBusyError: ("upload.busy", 503),
    AccessDeniedError: ("upload.denied", 403),
    Gone: ("upload.gone", 404),
    DiskFullError: ("upload.full", 507),
    FileNotFoundError: ("upload.lost", 500),
    OSError: ("upload.disk", 507),
}
Ending = Coroutine[Any, Any, Response]


def taking(work: Callable[[Upload], Answer], limit: int = MAX_FILE_BYTES) -> Callable[[Request], Ending]:
    """The route that takes a file of at most `limit` bytes and answers with what `work` makes of it."""

    async def take(request: Request) -> Response:
        return await guarded(request, _taken(request, work, limit))

    return take


async def _taken(request: Request, work: Callable[[Upload], Answer], limit: int) -> Response:
    require_own(request)
    viewer = _allowed(request)
    upload = Upload(
        viewer=viewer,
        data=await body(request, limit),
        name=_header(request, "x-report")[:MAX_NAME],
        by=viewer.signature or _header(request, "x-by"),
        note=_header(request, "x-note"),
        lang=_words(request).lang,
    )
    answer = await turns.take(partial(work, upload))
    whose = str(answer.get("whose", "")) if isinstance(answer, dict) else answer.whose
    if whose and whose.partition(" ")[0] not in viewer.own_units:
        access_record.note(request, whose)
    return JSONResponse(answer) if isinstance(answer, dict) else _file(answer)


async def template(request: Request) -> Response:
    """The empty form of a unit and quarter."""
    asked = request.query_params

    def make() -> File:
        return upload_answers.template(_allowed(request), asked.get("unit", ""), asked.get("period", ""))

    return await guarded(request, _given(make))


async def templates(request: Request) -> Response:
    """The empty forms of everybody who reports for a quarter, in a zip; made for one after the other."""

    async def make() -> Response:
        viewer = _allowed(request)
        period = request.query_params.get("period", "")
        name, opened = await form_set_turns.take(partial(bundle_answers.templates, viewer, period))
        return OpenFile(opened, "application/zip", _saved_as(name))

    who = sign_in.viewer_of(request.cookies).person or address_of(request)
    return await guarded(request, counted(who, make))


async def original(request: Request) -> Response:
    """A report exactly as it came; it holds small counts too."""
    number = request.query_params.get("submission", "")

    def make() -> File:
        return upload_answers.original(_allowed(request), int(number) if _NUMBER.fullmatch(number) else 0)

    return await guarded(request, _given(make))


async def building(request: Request) -> Response:
    """How the recalculation of the figures stands, as JSON: `html` of the strip, `isBusy`, `version`, `said`."""

    async def ask() -> Response:
        _allowed(request, is_use=False)
        answer = await to_thread.run_sync(partial(upload_answers.building, _words(request)))
        return JSONResponse(answer, headers={"Cache-Control": "no-store"})

    return await guarded(request, ask())


def _allowed(request: Request, *, is_use: bool = True) -> Viewer:
    """Who asks, where they may use the route at all. Raises `AccessDeniedError`."""
    viewer = sign_in.viewer_of(request.cookies, is_use=is_use)
    permissions.require(viewer, permissions.ROUTES, request.url.path.rpartition("/")[2])
    return viewer


async def _given(make: Callable[[], File]) -> Response:
    try:
        return _file(await turns.take(make))
    except LookupError as error:
        raise Gone from error


async def guarded(request: Request, work: Ending) -> Response:
    """The answer of `work`, or words for whatever went wrong; a trace goes to the log."""
    say = _words(request)
    try:
        return await work
    except ClientDisconnect:
        return Response(status_code=499)
    except IntakeRefusal as refusal:
        return _failed(refusal.words(say.lang), 404)
    except RegistryDamagedError as damaged:
        return _failed(damaged.words(say.lang), 503)
    except Exception as error:  # noqa: BLE001 - the last wall
        if isinstance(error, AccessDeniedError):
            access_record.note(request, error.about)
        known = next((TOLD[kind] for kind in type(error).__mro__ if kind in TOLD), None)
        if known is None or isinstance(error, OSError):
            code = _logged(error, request.url.path)
        if known is None:
            return _failed(say("upload.failed", code=code), 500)
        limit = error.limit if isinstance(error, TooLarge) else MAX_FILE_BYTES
        return _failed(say(known[0], limit=limit // MEGABYTE), known[1])


def _words(request: Request) -> Words:
    return words(url_state.language_of(request.query_params))


def require_own(request: Request, marks: Sequence[str] = ("x-report",)) -> None:
    """Raise `Foreign` unless a page of this app sent the request: a browser says where a request comes from, and one of
    the headers `marks` shows that a browser sent it as we would. (One with another site's origin never comes this far,
    and no other site can set a header of ours.)"""
    site = request.headers.get("sec-fetch-site", "same-origin")
    if site != "same-origin" or not any(mark in request.headers for mark in marks):
        raise Foreign


async def body(request: Request, limit: int = MAX_FILE_BYTES) -> bytes:
    """The whole body. Raises `TooLarge`, also when that is only announced, and `TooSlow`."""
    announced = request.headers.get("content-length", "")
    if announced.isdigit() and int(announced) > limit:
        raise TooLarge(limit)
    with move_on_after(Settings.from_env().upload_timeout_s) as patience:
        return await arrivals.whole(request, patience, limit)
    raise TooSlow


def _header(request: Request, name: str) -> str:
    return unquote(request.headers.get(name, ""))


def _file(file: File) -> Response:
    return Response(file.content, media_type="application/octet-stream", headers=_saved_as(file.name))


def _saved_as(name: str) -> dict[str, str]:
    disposition = f"attachment; filename*=UTF-8''{quote(name, safe='')}"
    return {"Content-Disposition": disposition, "Cache-Control": "no-store"}


def _failed(said: str, status: int) -> Response:
    answer = {"state": "failed", "said": said, "html": "", "canMark": False}
    return JSONResponse(answer, status, headers=COME_AGAIN if status == HTTPStatus.SERVICE_UNAVAILABLE else None)


def _logged(error: Exception, path: str) -> str:
    """Note a failure in the log under a code; what stood in a file must not get there, so its message is left out."""
    code = secrets.token_hex(3)
    trace = "".join(traceback.format_tb(error.__traceback__))
    log.error("%s failed with %s (code %s)\n%s", path, type(error).__name__, code, trace)
    return code


ROUTES = [
    Route("/intake/check", taking(upload_answers.check), methods=["POST"]),
    Route("/intake/submit", taking(upload_answers.submit), methods=["POST"]),
    Route("/intake/marked", taking(upload_answers.marked), methods=["POST"]),
    Route("/intake/unpack", taking(bundle_answers.unpack, MAX_BUNDLE_BYTES), methods=["POST"]),
    Route("/intake/template", template),
    Route("/intake/templates", templates),
    Route("/intake/original", original),
    Route("/intake/build", building),
]
