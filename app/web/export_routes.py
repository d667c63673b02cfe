"""Files made from a page: `/export/<name>?page=…&<the page's own state>`."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from functools import partial
from urllib.parse import quote, urlencode

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from app.core import permissions, url_state
from app.core.access import AccessDeniedError, Viewer
from app.core.i18n import in_language, words
from app.core.page_context import Context, Page, UnknownCodeError
from app.core.parameters import UnknownValueError
from app.core.unreadable import why_unreadable
from app.exports import csvw, documents, marts, page_parts
from app.exports.shared.file import File, UnknownPartError
from app.pages.registry import page_of
from app.queries.fetch import OtherLayoutError
from app.web import sign_in
from app.web.downloads import OpenFile, counted
from app.web.file_digest import digest_header
from app.web.rates import address_of
from app.web.work_queue import RETRY_LATER, QueueFullError, WorkQueue
from warehouse.desk import RegistryError
from warehouse.intake import SpareDiskFullError
from warehouse.publish.engines import NothingPublished, published
from warehouse.publish.layout import missing_columns

# Name in the address → the function that makes the file from a page, its context and the address's parameters.
FILES: dict[str, Callable[[Context, Page, Mapping[str, str]], File]] = {
    "table.csv": page_parts.csv_file,
    f"table.csv{csvw.SUFFIX}": page_parts.csvw_file,
    "table.xlsx": page_parts.xlsx_file,
    "mart.csv": marts.csv_file,
    f"mart.csv{csvw.SUFFIX}": marts.csvw_file,
    "mart.xlsx": marts.xlsx_file,
    "mart.parquet": marts.parquet_file,
    "chart.svg": page_parts.svg_file,
    "figure.json": page_parts.figure_file,
    "calls.html": documents.calls_file,
    "deck.pptx": documents.deck_file,
    "minutes.docx": documents.minutes_file,
    "minutes.pdf": documents.minutes_pdf_file,
    "offices.docx": documents.offices_file,
    "memo.docx": documents.memo_file,
    "quarter.html": documents.book_file,
    "quarter.docx": documents.quarterly_file,
    "quarter.pdf": documents.quarterly_pdf_file,
}
# Those that take seconds have a queue of their own.
LARGE = frozenset(
    {
        "mart.csv",
        "mart.xlsx",
        "mart.parquet",
        "deck.pptx",
        "minutes.docx",
        "minutes.pdf",
        "offices.docx",
        "quarter.html",
        "quarter.docx",
        "quarter.pdf",
    }
)
large, small = WorkQueue(at_once=2, waiting=6), WorkQueue(at_once=4, waiting=60)
log = logging.getLogger(__name__)


async def export(request: Request) -> Response:
    """Return the file at an address; 404 for one that does not exist, 403 without the right, 500 with a code in the
    log, 503 when figures or registry cannot be read, or the queue is full, 507 without room to make it."""
    name, parameters = request.path_params["name"], dict(request.query_params)
    viewer = sign_in.viewer_of(request.cookies)
    make = partial(respond, name, parameters, viewer)
    try:
        if name not in LARGE:
            return await small.run(make)
        return await counted(viewer.person or address_of(request), partial(large.run, make), request.receive)
    except QueueFullError:
        return PlainTextResponse(words("guard.crowded"), 503, headers=RETRY_LATER)


def respond(name: str, parameters: Mapping[str, str], viewer: Viewer) -> Response:
    """Return the file `name` for the page state in `parameters`, as the viewer may have it; a download carries its own
    file name."""
    with in_language(url_state.language_of(parameters)):
        return _made(name, parameters, viewer)


def _made(name: str, parameters: Mapping[str, str], viewer: Viewer) -> Response:
    make = FILES.get(name)
    if make is None:
        return PlainTextResponse(words("message.unknown_page", value=name), 404)
    try:
        permissions.require(viewer, permissions.FILES, name)
        context, page = page_of(parameters.get("page", ""), parameters, viewer)
        file = make(context, page, parameters)
    except (UnknownValueError, UnknownCodeError, UnknownPartError, documents.NotHeldError) as error:
        log.info("no file %s: %s", name, error)
        is_not_held = isinstance(error, documents.NotHeldError)
        return PlainTextResponse(words("review.not_held" if is_not_held else "message.unknown_text"), 404)
    except (AccessDeniedError, NothingPublished, RegistryError, SpareDiskFullError) as error:
        return _refused(error)
    except Exception as error:  # the last guard: the trace goes to the log, never to a reader
        log.exception("file %r failed with %s", name, dict(parameters))
        is_other_layout = isinstance(error, OtherLayoutError) and missing_columns(published())
        return PlainTextResponse(
            words("message.layout_text" if is_other_layout else "tools.failed"), 503 if is_other_layout else 500
        )
    headers = {"Cache-Control": "private, no-cache"}
    if file.is_download:
        disposition = f"attachment; filename*=UTF-8''{quote(file.name, safe='')}"
        headers = {"Content-Disposition": disposition, "Cache-Control": "no-store"} | _described_by(name, parameters)
        headers |= digest_header(file.content)
    if isinstance(file.content, bytes):
        return Response(file.content, media_type=file.media_type, headers=headers)
    return OpenFile(file.content, file.media_type, headers)


def _described_by(name: str, parameters: Mapping[str, str]) -> dict[str, str]:
    """Return the header by which programs find the metadata of a CSV file; none for other files."""
    if f"{name}{csvw.SUFFIX}" not in FILES:
        return {}
    address = f"/export/{name}{csvw.SUFFIX}?{urlencode(parameters)}"
    return {"Link": f'<{address}>; rel="describedby"; type="{csvw.MEDIA_TYPE}"'}


def _refused(error: AccessDeniedError | NothingPublished | RegistryError | SpareDiskFullError) -> Response:
    """Return the refusal where no file may or can be made."""
    if isinstance(error, AccessDeniedError):
        return PlainTextResponse(words("message.denied_text"), 403)
    if isinstance(error, SpareDiskFullError):
        log.error("no room for a file: %s", error)
        return PlainTextResponse(words("tools.full"), 507)
    return PlainTextResponse(why_unreadable(error), 503)
