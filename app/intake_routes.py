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
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import quote, unquote, urlsplit

from anyio import CapacityLimiter, to_thread
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from app import access, intake_answers, state
from app.access import BUILT_IN_VIEWER, AccessDeniedError, Right
from app.intake_answers import Answer, Upload
from app.words import Words, words
from warehouse.intake import MAX_FILE_BYTES, IntakeRefusal, RegistryBusyError

MAX_NAME = 1000
MEGABYTE = 1_000_000
# Two files are read at a time, so that whoever looks at pages is served; a crowd is asked to come again.
AT_ONCE, AT_MOST = 2, 20
_NUMBER = re.compile("[0-9]{1,9}")
log = logging.getLogger(__name__)


@dataclass
class Doorway:
    """How many files are on their way in, and how many of them may be worked on at once."""

    limiter: CapacityLimiter
    count: int = 0


doorway = Doorway(CapacityLimiter(AT_ONCE))


class TooLarge(Exception):  # noqa: N818 - an answer to the sender, not a failure of the program
    """The body is larger than a report may be."""


class Foreign(Exception):  # noqa: N818 - as above
    """The request does not come from a page of this app."""


class Crowded(Exception):  # noqa: N818 - as above
    """Too many files are on their way in."""


class Gone(Exception):  # noqa: N818 - as above
    """There is no such file."""


# What went wrong → the words for it and the status; whatever is not among them is told with a code.
TOLD: dict[type[BaseException], tuple[str, int]] = {
    TooLarge: ("upload.too_large", 413),
    Foreign: ("upload.foreign", 403),
    Crowded: ("upload.busy", 503),
    RegistryBusyError: ("upload.busy", 503),
    AccessDeniedError: ("upload.denied", 403),
    Gone: ("upload.gone", 404),
    OSError: ("upload.disk", 507),
}
Ending = Coroutine[Any, Any, Response]


def taking(work: Callable[[Upload], Answer]) -> Callable[[Request], Ending]:
    """The route that takes a file and answers with what `work` makes of it."""

    async def take(request: Request) -> Response:
        doorway.count += 1
        try:
            return await _guarded(request, _taken(request, work))
        finally:
            doorway.count -= 1

    return take


async def _taken(request: Request, work: Callable[[Upload], Answer]) -> Response:
    _require_own(request)
    access.require(BUILT_IN_VIEWER, Right.WRITE)
    if doorway.count > AT_MOST:
        raise Crowded
    upload = Upload(
        viewer=BUILT_IN_VIEWER,
        data=await _body(request),
        name=_header(request, "x-report")[:MAX_NAME],
        by=_header(request, "x-by"),
        note=_header(request, "x-note"),
        lang=_words(request).lang,
    )
    answer = await to_thread.run_sync(partial(work, upload), limiter=doorway.limiter)
    return JSONResponse(answer) if isinstance(answer, dict) else _file(*answer)


async def template(request: Request) -> Response:
    """The empty form of a unit and quarter."""
    asked = request.query_params
    make = partial(intake_answers.template, BUILT_IN_VIEWER, asked.get("unit", ""), asked.get("period", ""))
    return await _guarded(request, _given(Right.READ, make))


async def original(request: Request) -> Response:
    """A report exactly as it came; it holds small counts too."""
    number = request.query_params.get("submission", "")
    make = partial(intake_answers.original, int(number) if _NUMBER.fullmatch(number) else 0)
    return await _guarded(request, _given(Right.SMALL_COUNTS, make))


async def building(request: Request) -> Response:
    """How the recalculation of the figures stands, as JSON: `html` of the strip, `isBusy`, `version`, `said`."""

    async def ask() -> Response:
        access.require(BUILT_IN_VIEWER, Right.READ)
        answer = await to_thread.run_sync(partial(intake_answers.building, _words(request)))
        return JSONResponse(answer, headers={"Cache-Control": "no-store"})

    return await _guarded(request, ask())


async def _given(right: Right, make: Callable[[], tuple[str, bytes]]) -> Response:
    access.require(BUILT_IN_VIEWER, Right.READ)
    access.require(BUILT_IN_VIEWER, right)
    try:
        return _file(*await to_thread.run_sync(make, limiter=doorway.limiter))
    except LookupError as error:
        raise Gone from error


async def _guarded(request: Request, work: Ending) -> Response:
    """The answer of `work`, or words for whatever went wrong; a trace goes to the log."""
    say = _words(request)
    try:
        return await work
    except ClientDisconnect:
        return Response(status_code=499)
    except IntakeRefusal as refusal:
        return _failed(refusal.words(say.lang), 404)
    except Exception as error:  # noqa: BLE001 - the last wall
        known = next((TOLD[kind] for kind in type(error).__mro__ if kind in TOLD), None)
        if known is None or isinstance(error, OSError):
            code = _logged(error, request.url.path)
        if known is None:
            return _failed(say("upload.failed", code=code), 500)
        return _failed(say(known[0], limit=MAX_FILE_BYTES // MEGABYTE), known[1])


def _words(request: Request) -> Words:
    return words(state.language_of(request.query_params))


def _require_own(request: Request) -> None:
    """Raise `Foreign` unless a page of this app sent the request: no other site can set our header, and a browser
    says where a request comes from."""
    site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
    host = request.headers.get("host")
    is_same = site == "same-origin" if site else origin is None or urlsplit(origin).netloc == host
    if not is_same or "x-report" not in request.headers:
        raise Foreign


async def _body(request: Request) -> bytes:
    """The whole body. Raises `TooLarge` as soon as it is."""
    announced = request.headers.get("content-length", "")
    if announced.isdigit() and int(announced) > MAX_FILE_BYTES:
        raise TooLarge
    parts, size = [], 0
    async for part in request.stream():
        size += len(part)
        if size > MAX_FILE_BYTES:
            raise TooLarge
        parts.append(part)
    return b"".join(parts)


def _header(request: Request, name: str) -> str:
    return unquote(request.headers.get(name, ""))


def _file(name: str, content: bytes) -> Response:
    disposition = f"attachment; filename*=UTF-8''{quote(name, safe='')}"
    headers = {"Content-Disposition": disposition, "Cache-Control": "no-store"}
    headers["X-Content-Type-Options"] = "nosniff"
    return Response(content, media_type="application/octet-stream", headers=headers)


def _failed(said: str, status: int) -> Response:
    return JSONResponse({"state": "failed", "said": said, "html": "", "canMark": False}, status)


def _logged(error: Exception, path: str) -> str:
    """Note a failure in the log under a code; what stood in a file must not get there, so its message is left out."""
    code = secrets.token_hex(3)
    trace = "".join(traceback.format_tb(error.__traceback__))
    log.error("%s failed with %s (code %s)\n%s", path, type(error).__name__, code, trace)
    return code


ROUTES = [
    Route("/intake/check", taking(intake_answers.check), methods=["POST"]),
    Route("/intake/submit", taking(intake_answers.submit), methods=["POST"]),
    Route("/intake/marked", taking(intake_answers.marked), methods=["POST"]),
    Route("/intake/template", template),
    Route("/intake/original", original),
    Route("/intake/build", building),
]
