"""The API for programs: `/api/v1`."""

from __future__ import annotations

import hashlib
import logging
import re
from collections.abc import Callable, Coroutine
from functools import partial
from http import HTTPStatus
from threading import Lock
from typing import Any

from anyio import to_thread
from cachetools import LRUCache
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Mount, Route

from app.api import handlers, openapi
from app.api.answer import JSON_TYPE, Answer
from app.api.docs import docs_page
from app.api.errors import UNSUPPORTED_MEDIA_TYPE, ApiError
from app.api.handlers import Call
from app.api.operations import DOCS, OPENAPI, OPERATIONS, ROOT, Operation, Scope
from app.api.reports import MAX_BODY_BYTES
from app.core import permissions
from app.core.access import AccessDeniedError, Right, Viewer
from app.core.i18n import words
from app.core.reader import Reader
from app.core.unreadable import why_unreadable
from app.core.url_state import in_plan
from app.queries.fetch import OtherLayoutError
from app.web import access_record, bearer
from app.web.api_guard import FOLDER, caller, refusal
from app.web.etags import has_content
from app.web.incoming import MEGABYTE, TEXTS, TooLargeError, body
from app.web.rates import address_of
from app.web.request_id import error_code
from app.web.work_queue import RETRY_LATER, WorkQueue
from warehouse.intake import MAX_FILE_BYTES, IntakeRefusal, RegistryError
from warehouse.programmes import code_in_force
from warehouse.publish.attached import QueryError
from warehouse.publish.engines import NothingPublished, published
from warehouse.publish.layout import missing_columns
from warehouse.settings import RELEASE

log = logging.getLogger(__name__)
# Pages stay fast while programs read; a report is checked like an upload, two at a time.
reading, sending = WorkQueue(at_once=2, waiting=60), WorkQueue(at_once=1, waiting=20)
# The content encoding of a body that is sent as it is.
_AS_IT_IS = "identity"
KEPT_BYTES, LARGEST_KEPT = 32 * MEGABYTE, 4 * MEGABYTE
_kept: LRUCache[str, Answer] = LRUCache(KEPT_BYTES, getsizeof=lambda answer: len(answer.content))
_lock = Lock()
Endpoint = Callable[[Request], Coroutine[Any, Any, Response]]


def _endpoint(operation: Operation) -> Endpoint:
    async def answer(request: Request) -> Response:
        return await _guarded(request, partial(_answered, request, operation))

    return answer


async def _guarded(request: Request, work: Callable[[], Coroutine[Any, Any, Response]]) -> Response:
    """Return the answer of `work`, or its error as a refusal; a trace goes to the log."""
    try:
        return await work()
    except ClientDisconnect:
        return Response(status_code=499)
    except Exception as error:  # noqa: BLE001 - the last guard
        return _explained(error) or _failed(request, error)


def _explained(error: Exception) -> Response | None:
    """Return the refusal of an error that has words of its own; None for any other."""
    if isinstance(error, ApiError):
        return refusal(error.code, error.words(), error.status, problems=error.problems)
    if isinstance(error, IntakeRefusal):
        return refusal(error.code, error.words(words.lang), HTTPStatus.NOT_FOUND)
    if isinstance(error, NothingPublished | RegistryError):
        code = "registry" if isinstance(error, RegistryError) else "nothing_published"
        return refusal(code, why_unreadable(error), HTTPStatus.SERVICE_UNAVAILABLE, headers=RETRY_LATER)
    return None


def _failed(request: Request, error: Exception) -> Response:
    if isinstance(error, AccessDeniedError):
        access_record.note(request, error.about)
        return refusal("denied", words("api.denied"), HTTPStatus.FORBIDDEN)
    known = next((TEXTS[kind] for kind in type(error).__mro__ if kind in TEXTS), None)
    if known is not None:
        limit = error.limit if isinstance(error, TooLargeError) else MAX_FILE_BYTES
        headers = RETRY_LATER if known[1] == HTTPStatus.SERVICE_UNAVAILABLE else None
        return refusal(known[0].partition(".")[2], words(known[0], limit=limit // MEGABYTE), known[1], headers=headers)
    if isinstance(error, OtherLayoutError | QueryError) and missing_columns(published()):
        return refusal("layout", words("message.layout_text"), HTTPStatus.SERVICE_UNAVAILABLE, headers=RETRY_LATER)
    code = error_code()
    # The message is left out, as it may quote figures.
    log.error("api failed with %s (code %s)", type(error).__name__, code, exc_info=error)
    return refusal("failed", words("guard.failed", code=code), HTTPStatus.INTERNAL_SERVER_ERROR)


async def _answered(request: Request, operation: Operation) -> Response:
    viewer = caller(request)
    call = Call(
        operation,
        viewer,
        request.path_params,
        tuple(request.query_params.multi_items()),
        request.headers.get("accept", ""),
        request.headers.get("idempotency-key", ""),
        await _body(request, viewer) if operation.method == "POST" else b"",
    )
    if operation.method == "POST":
        return _sent(await sending.run(partial(_taken, call, address_of(request))), viewer)
    tag = await to_thread.run_sync(_tag, call) if operation.scope is Scope.VERSION else ""
    if tag and has_content(request, tag):
        # What is not new is still refused to a caller without the right.
        permissions.require(viewer, permissions.API, operation.right)
        return _unchanged(tag, viewer)
    answer = await reading.run(partial(_taken, call, address_of(request), tag))
    tag = tag or _digest(answer)
    return _unchanged(tag, viewer) if has_content(request, tag) else _sent(answer, viewer, tag)


async def _body(request: Request, viewer: Viewer) -> bytes:
    permissions.require(viewer, permissions.API, "submit")
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != JSON_TYPE:
        raise ApiError("media_type", UNSUPPORTED_MEDIA_TYPE)
    if request.headers.get("content-encoding", _AS_IT_IS).strip().lower() != _AS_IT_IS:
        raise ApiError("content_encoding", UNSUPPORTED_MEDIA_TYPE)
    return await body(request, MAX_BODY_BYTES)


def _taken(call: Call, address: str, tag: str = "") -> Answer:
    """Return the answer of a call; that it was given is on the access trail before it is sent.

    One with a `tag` is kept, compared by it: a version never changes, and the tag has the caller's rights.
    """
    with _lock:
        known = _kept.get(tag)
    answer = known or handlers.answer(call)
    if tag and not known and len(answer.content) <= LARGEST_KEPT:
        with _lock:
            _kept[tag] = answer
    bearer.record_use(call.viewer, address)
    if answer.taken:
        bearer.record_taken(call.viewer, answer.taken)
    return answer


def _tag(call: Call) -> str:
    """Return the ETag of an answer that depends on the version: of programme, version, release, rights and request."""
    viewer = call.viewer
    units = None if viewer.readable_units is None else sorted(viewer.readable_units)
    rights = (sorted(viewer.rights), sorted(viewer.own_units), units)
    asked = (call.operation.name, sorted(call.path.items()), call.pairs, call.accepted, words.lang)
    written = repr((RELEASE, code_in_force(), call.warehouse().version, rights, asked))
    return f'W/"{hashlib.sha256(written.encode()).hexdigest()[:24]}"'


def _digest(answer: Answer) -> str:
    return f'W/"{hashlib.sha256(answer.content).hexdigest()[:24]}"'


def _headers(viewer: Viewer, tag: str = "") -> dict[str, str]:
    is_kept = viewer.is_signed_in and not viewer.may_somewhere(Right.SMALL_COUNTS)
    kept = {
        "Cache-Control": "private, no-cache" if is_kept else "no-store",
        "Vary": "Accept, Accept-Language, Authorization",
    }
    return kept | ({"ETag": tag} if tag else {})


def _unchanged(tag: str, viewer: Viewer) -> Response:
    return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=_headers(viewer, tag))


def _sent(answer: Answer, viewer: Viewer, tag: str = "") -> Response:
    headers = {**_headers(viewer, tag), **answer.headers}
    return Response(answer.content, answer.status, headers, answer.media_type)


async def _openapi(request: Request) -> Response:
    """Return the OpenAPI file for the caller."""

    async def work() -> Response:
        viewer = caller(request)
        made = await reading.run(partial(_document, viewer))
        return JSONResponse(made, headers=_headers(viewer))

    return await _guarded(request, work)


async def _docs(request: Request) -> Response:
    """Return the OpenAPI file as a page."""

    async def work() -> Response:
        viewer = caller(request)
        made = await reading.run(lambda: docs_page(_document(viewer)))
        return Response(made, headers={**_headers(viewer), "Content-Type": "text/html; charset=utf-8"})

    return await _guarded(request, work)


def _document(viewer: Viewer) -> dict[str, Any]:
    permissions.require(viewer, permissions.API, "openapi")
    return openapi.openapi(Reader(viewer, published()))


async def _home(_: Request) -> Response:
    return RedirectResponse(in_plan(DOCS), HTTPStatus.SEE_OTHER)


async def _refused(request: Request, error: Exception) -> Response:
    """Return the refusal of an address or a method that no route answers."""
    if isinstance(error, HTTPException) and error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        allowed = (error.headers or {}).get("Allow", "")
        text = words("api.method", allowed=allowed, method=request.method)
        return refusal("method", text, HTTPStatus.METHOD_NOT_ALLOWED, headers=error.headers)
    return refusal("not_found", words("api.not_found"), HTTPStatus.NOT_FOUND)


_PREFIX = ROOT.removeprefix(FOLDER.rstrip("/"))
_api = Starlette(
    routes=[
        *(Route(_PREFIX + one.path, _endpoint(one), methods=[one.method]) for one in OPERATIONS),
        Route(OPENAPI.removeprefix(FOLDER.rstrip("/")), _openapi),
        Route(DOCS.removeprefix(FOLDER.rstrip("/")), _docs),
        Route(_PREFIX, _home),
        Route("/", _home),
    ],
    exception_handlers={HTTPException: _refused},
)
_mount = Mount(FOLDER.rstrip("/"), app=_api)
# Starlette's pattern for what follows a mount ends at a line break, which an address may hold as %0A.
_mount.path_regex = re.compile(_mount.path_regex.pattern, re.DOTALL)
ROUTES = [_mount]
