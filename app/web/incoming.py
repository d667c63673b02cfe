"""Shared parts of all routes that receive data: origin, size and time limits, and errors as JSON with a text.

Forms (`/act/<form>`), reports (`/act/report`) and files (`/intake/<name>`) use it, so that a refusal has one format:
the `state` `failed` and a sentence in the user's language.
"""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable, Coroutine, Mapping, Sequence
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl

from anyio import CancelScope, move_on_after
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from app.core import url_state
from app.core.access import AccessDeniedError
from app.core.i18n import words
from app.core.restored import restored_mark
from app.core.unreadable import why_unreadable
from app.core.url_state import PLAN
from app.ui.fields import PROGRAMME, RESTORED
from app.web import access_record
from app.web.request_id import error_code
from app.web.work_queue import RETRY_LATER, QueueFullError
from warehouse.intake import (
    MAX_FILE_BYTES,
    DiskFullError,
    IntakeRefusal,
    RegistryBusyError,
    RegistryError,
    SpareDiskFullError,
)
from warehouse.publish.engines import NothingPublished
from warehouse.settings import Settings

MEGABYTE = 1_000_000
# The memory that all incomplete bodies together may take.
ARRIVING_BYTES = 10 * MAX_FILE_BYTES
Work = Coroutine[Any, Any, Response]
# What is answered with a text and a status where nothing was done.
Failed = Callable[[str, int], Response]
log = logging.getLogger(__name__)


class IncomingError(Exception):
    """A request that is refused before its content is looked at."""


class TooLargeError(IncomingError):
    """The body is larger than its `limit` in bytes."""

    def __init__(self, limit: int) -> None:
        super().__init__(limit)
        self.limit = limit


class FormTooLargeError(TooLargeError):
    """A form is larger than its `limit`."""


class UnreadableFormError(IncomingError):
    """What was sent is no form as browsers send them."""


class CrossSiteError(IncomingError):
    """The request does not come from a page of this app."""


class UploadTimeoutError(IncomingError):
    """The body did not arrive in time."""


class OtherProgrammeError(IncomingError):
    """A form was opened in one programme and sent to another."""


class RestoredError(IncomingError):
    """A form was opened before the data folder was restored from a backup."""


class NotFoundError(IncomingError):
    """There is no such file."""


# Error → the key of its text and the status; any other error is logged and reported with a code.
TEXTS: dict[type[BaseException], tuple[str, int]] = {
    TooLargeError: ("upload.too_large", 413),
    FormTooLargeError: ("form.too_large", 413),
    UnreadableFormError: ("form.unreadable", 415),
    CrossSiteError: ("guard.foreign", 403),
    OtherProgrammeError: ("programmes.other_form", 409),
    RestoredError: ("form.restored", 409),
    UploadTimeoutError: ("upload.slow", 408),
    QueueFullError: ("upload.busy", 503),
    RegistryBusyError: ("upload.busy", 503),
    AccessDeniedError: ("upload.denied", 403),
    NotFoundError: ("upload.gone", 404),
    DiskFullError: ("upload.full", 507),
    SpareDiskFullError: ("tools.full", 507),
    FileNotFoundError: ("upload.lost", 500),
    OSError: ("upload.disk", 507),
}


class Arrivals:
    """Bodies that are arriving, the oldest first. Only complete bodies are queued, so one that stalls blocks no other;
    when all together grow too large, the oldest is dropped."""

    def __init__(self) -> None:
        self._sizes: dict[CancelScope, int] = {}

    async def whole(self, request: Request, patience: CancelScope, limit: int) -> bytes:
        """Return the whole body, unless `patience` ends before. Raises `TooLargeError` as soon as it is."""
        parts = []
        self._sizes[patience] = 0
        try:
            async for part in request.stream():
                self._sizes[patience] += len(part)
                if self._sizes[patience] > limit:
                    raise TooLargeError(limit)
                if sum(self._sizes.values()) > ARRIVING_BYTES:
                    next(iter(self._sizes)).cancel()
                parts.append(part)
            return b"".join(parts)
        finally:
            del self._sizes[patience]


arrivals = Arrivals()


def require_own(request: Request, marks: Sequence[str]) -> None:
    """Raise `CrossSiteError` unless a page of this app sent the request: the browser names the site that a request
    comes from, and one of the headers `marks` shows that it was sent as our pages send it.

    A request with another site's `Origin` is refused before (`guard.OwnPagesOnly`), and no other site can set a header
    of ours.
    """
    site = request.headers.get("sec-fetch-site", "same-origin")
    if site != "same-origin" or not any(mark in request.headers for mark in marks):
        raise CrossSiteError


def require_own_data(request: Request, values: Mapping[str, str]) -> None:
    """Raise `OtherProgrammeError` unless the form with these values was opened in the programme to which it is sent,
    `RestoredError` if its data folder was restored from a backup since.

    Its address does not tell: without a code it means another programme once the list of programmes is reordered.
    """
    opened_in = values.get(PROGRAMME, "")
    here = Settings.from_env()
    page = url_state.parameters_of(request.query_params.get("at", "")).get(PLAN, "")
    if here.programmes and (opened_in != here.programme or page != here.plan_in_addresses):
        raise OtherProgrammeError
    if values.get(RESTORED, "") != restored_mark(here):
        raise RestoredError


async def body(request: Request, limit: int) -> bytes:
    """Return the whole body. Raises `TooLargeError`, also for an announced size, and `UploadTimeoutError`."""
    announced = request.headers.get("content-length", "")
    if announced.isdigit() and int(announced) > limit:
        raise TooLargeError(limit)
    with move_on_after(Settings.from_env().upload_timeout_s) as patience:
        return await arrivals.whole(request, patience, limit)
    raise UploadTimeoutError


async def form_fields(request: Request, limit: int, most: int) -> list[tuple[str, str]]:
    """Return the names and values that a form sends, in their order, empty values too.

    Raises as `body` does, and ValueError for more than `most` of them.
    """
    data = await body(request, limit)
    return parse_qsl(data.decode(errors="replace"), keep_blank_values=True, max_num_fields=most)


def failure(said: str) -> dict[str, object]:
    """Return what the script of a page is answered when nothing was done, with the text that it shows."""
    return {"state": "failed", "said": said, "html": "", "canMark": False}


def failed_as_json(said: str, status: int) -> Response:
    """Return the answer to the script of a page when nothing was done."""
    return JSONResponse(failure(said), status, headers=_later(status))


def failed_as_text(said: str, status: int) -> Response:
    """Return the same for a browser without scripts."""
    return PlainTextResponse(said, status, headers=_later(status))


def _later(status: int) -> Mapping[str, str] | None:
    return RETRY_LATER if status == HTTPStatus.SERVICE_UNAVAILABLE else None


async def guarded(request: Request, work: Work, failed: Failed = failed_as_json) -> Response:
    """Return the answer of `work`, or the text of its error as `failed` makes one of it; a trace goes to the log."""
    try:
        return await work
    except ClientDisconnect:
        return Response(status_code=499)
    except IntakeRefusal as refusal:
        return failed(refusal.words(words.lang), 404)
    except (RegistryError, NothingPublished) as unusable:
        return failed(why_unreadable(unusable), 503)
    except Exception as error:  # noqa: BLE001 - the last guard
        if isinstance(error, AccessDeniedError):
            access_record.note(request, error.about)
        known = next((TEXTS[kind] for kind in type(error).__mro__ if kind in TEXTS), None)
        if known is None or isinstance(error, OSError):
            code = _logged(error, request.url.path)
        if known is None:
            return failed(words("upload.failed", code=code), 500)
        limit = error.limit if isinstance(error, TooLargeError) else MAX_FILE_BYTES
        return failed(words(known[0], limit=limit // MEGABYTE), known[1])


def _logged(error: Exception, path: str) -> str:
    """Log an error under a code and return it; the message is left out, as it may quote the content of a file."""
    code = error_code()
    trace = "".join(traceback.format_tb(error.__traceback__))
    log.error("%s failed with %s (code %s)\n%s", path, type(error).__name__, code, trace)
    return code
