"""Guard of the API: answers only callers with an accepted token, and refuses all others as JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from http import HTTPStatus

from starlette.requests import HTTPConnection
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from app.api.operations import DOCS, OPENAPI
from app.core.access import Viewer
from app.core.i18n import words
from app.core.unreadable import why_unreadable
from app.web import bearer, rates
from app.web.access_record import recording
from app.web.bearer import TokenRefusedError
from app.web.failed_sign_ins import failed_sign_ins
from app.web.rates import Kind
from app.web.request_id import request_id
from warehouse.intake import RegistryError

FOLDER = "/api/"
# Read by people too: the person who is signed in gets them without a token.
DOCUMENTS = (DOCS, OPENAPI)
# Why a failed attempt is on the trail.
FAILED = "token"
_CALLER = "api_caller"
NO_STORE = {"Cache-Control": "no-store"}


def caller(connection: HTTPConnection) -> Viewer:
    """Return the caller of a request that this guard has passed on."""
    found: Viewer = connection.scope[_CALLER]
    return found


async def callers_only(app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
    """Pass a request on for its caller, or refuse it."""
    connection = HTTPConnection(scope)
    try:
        viewer = bearer.caller_of(connection, takes_cookies=scope["path"] in DOCUMENTS)
    except TokenRefusedError as refused:
        await _not_accepted(connection, refused.code)(scope, receive, send)
        return
    except RegistryError as damaged:
        answer = refusal("registry", why_unreadable(damaged), HTTPStatus.SERVICE_UNAVAILABLE)
        await answer(scope, receive, send)
        return
    if seconds := rates.wait_s(viewer, Kind.PROGRAM):
        await _too_often(words("guard.too_often", seconds=seconds), seconds)(scope, receive, send)
        return
    recorded = recording(viewer, connection, send) if viewer.is_signed_in else send
    await app({**scope, _CALLER: viewer}, receive, recorded)


def _not_accepted(connection: HTTPConnection, code: str) -> Response:
    address = rates.address_of(connection)
    if seconds := rates.wait_of_address_s(address, Kind.ANONYMOUS):
        return _too_often(words("guard.too_often_from_here", seconds=seconds), seconds)
    if code != "no_token":
        failed_sign_ins.count(address, FAILED)
    return refusal(code, words(f"api.{code}"), HTTPStatus.UNAUTHORIZED, headers={"WWW-Authenticate": "Bearer"})


def _too_often(text: str, seconds: int) -> Response:
    return refusal("too_often", text, HTTPStatus.TOO_MANY_REQUESTS, headers={"Retry-After": str(seconds)})


def refusal(
    code: str,
    text: str,
    status: int,
    *,
    problems: Sequence[Mapping[str, object]] = (),
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Return a refusal, with a sentence for people and a code for programs."""
    content = {"state": "failed", "said": text, "code": code, "request": request_id(), "problems": list(problems)}
    return JSONResponse(content, status, headers={**NO_STORE, **(headers or {})})
