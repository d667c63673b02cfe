"""Files of reports, received and sent: `/intake/<name>`.

A file is the body of its request; its name, who sends it and their note come percent-encoded in headers of their own
(`X-Report`, `X-By`, `X-Note`), which no form of another site can send. Answers are JSON for the page's script:
`state` (ready | refused | known | failed | landed), a text to show, `html` (a finished fragment; null leaves what is
there), `canMark` (there is something to mark), `fields` (what is wrong with a field).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from urllib.parse import quote, unquote

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from app.core import permissions
from app.core.access import Viewer
from app.web import access_record, bundle_answers, sign_in, upload_answers
from app.web.downloads import OpenFile, counted
from app.web.incoming import NotFoundError, Work, body, guarded, require_own
from app.web.rates import address_of
from app.web.upload_answers import Answer, File, Upload
from app.web.work_queue import WorkQueue
from warehouse.intake import MAX_BUNDLE_BYTES, MAX_FILE_BYTES

MAX_NAME = 1000
_NUMBER = re.compile("[0-9]{1,9}")

# Two files are read at a time, so that pages stay fast.
uploads = WorkQueue(at_once=2, waiting=18)
# Previews are computed one at a time.
previews = WorkQueue(at_once=1, waiting=6)
# The forms of all reporters take every processor for some seconds.
form_sets = WorkQueue(at_once=1, waiting=3)


def taking(
    work: Callable[[Upload], Answer], limit: int = MAX_FILE_BYTES, queue: WorkQueue = uploads
) -> Callable[[Request], Work]:
    """Return a route that receives a file of at most `limit` bytes and answers with the result of `work`."""

    async def take(request: Request) -> Response:
        return await guarded(request, _taken(request, work, limit, queue))

    return take


async def _taken(request: Request, work: Callable[[Upload], Answer], limit: int, queue: WorkQueue) -> Response:
    require_own(request, ("x-report",))
    viewer = _allowed(request)
    upload = Upload(
        viewer=viewer,
        data=await body(request, limit),
        name=_header(request, "x-report")[:MAX_NAME],
        by=viewer.signature or _header(request, "x-by"),
        note=_header(request, "x-note"),
    )
    answer = await queue.run(partial(work, upload))
    whose = str(answer.get("whose", "")) if isinstance(answer, dict) else answer.whose
    if whose and whose.partition(" ")[0] not in viewer.own_units:
        access_record.note(request, whose)
    return JSONResponse(answer) if isinstance(answer, dict) else _file(answer)


async def template(request: Request) -> Response:
    """Return the empty form of a unit and quarter."""
    asked = request.query_params

    def make() -> File:
        return upload_answers.template(_allowed(request), asked.get("unit", ""), asked.get("period", ""))

    return await guarded(request, _given(make))


async def templates(request: Request) -> Response:
    """Return the empty forms of all reporters of a quarter as a zip; one request at a time."""

    async def make() -> Response:
        viewer = _allowed(request)
        period = request.query_params.get("period", "")
        name, opened = await form_sets.run(partial(bundle_answers.templates, viewer, period))
        return OpenFile(opened, "application/zip", _saved_as(name))

    who = sign_in.viewer_of(request.cookies).person or address_of(request)
    return await guarded(request, counted(who, make, request.receive))


async def original(request: Request) -> Response:
    """Return a report exactly as it was received, including small counts."""
    number = request.query_params.get("submission", "")

    def make() -> File:
        return upload_answers.original(_allowed(request), int(number) if _NUMBER.fullmatch(number) else 0)

    return await guarded(request, _given(make))


async def building(request: Request) -> Response:
    """Return the progress of the running build as JSON: `html` of the strip, `isBusy`, `version`, a text to show."""

    async def ask() -> Response:
        _allowed(request, is_use=False)
        answer = await to_thread.run_sync(upload_answers.building)
        return JSONResponse(answer, headers={"Cache-Control": "no-store"})

    return await guarded(request, ask())


def _allowed(request: Request, *, is_use: bool = True) -> Viewer:
    """Return the viewer of a request for a route that they may use. Raises `AccessDeniedError`."""
    viewer = sign_in.viewer_of(request.cookies, is_use=is_use)
    permissions.require(viewer, permissions.ROUTES, request.url.path.rpartition("/")[2])
    return viewer


async def _given(make: Callable[[], File]) -> Response:
    try:
        return _file(await uploads.run(make))
    except LookupError as error:
        raise NotFoundError from error


def _header(request: Request, name: str) -> str:
    return unquote(request.headers.get(name, ""))


def _file(file: File) -> Response:
    return Response(file.content, media_type="application/octet-stream", headers=_saved_as(file.name))


def _saved_as(name: str) -> dict[str, str]:
    disposition = f"attachment; filename*=UTF-8''{quote(name, safe='')}"
    return {"Content-Disposition": disposition, "Cache-Control": "no-store"}


ROUTES = [
    Route("/intake/check", taking(upload_answers.check), methods=["POST"]),
    Route("/intake/submit", taking(upload_answers.submit), methods=["POST"]),
    Route("/intake/marked", taking(upload_answers.marked), methods=["POST"]),
    Route("/intake/preview", taking(upload_answers.preview, queue=previews), methods=["POST"]),
    Route("/intake/unpack", taking(bundle_answers.unpack, MAX_BUNDLE_BYTES), methods=["POST"]),
    Route("/intake/template", template),
    Route("/intake/templates", templates),
    Route("/intake/original", original),
    Route("/intake/build", building),
]
